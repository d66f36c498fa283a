import { useText } from '../app/app-context.js';
import { en } from '../i18n/en.js';
import type { TextKey } from '../i18n/en.js';
import type { Translate } from '../app/settings.js';
import type { OwnVerdict } from './own-verdicts.js';
import type { SetupAnswer } from './setup-channel.js';

/** How the calls that are open in this browser came about, as the server saw it; undefined while it is asked. */
export function SetupView({ answers }: { readonly answers: readonly SetupAnswer[] | undefined }) {
  const t = useText();
  return (
    <section class="setup" aria-busy={answers === undefined}>
      <h2>{t('setup.title')}</h2>
      {answers === undefined && <p>{t('diagnosis.running')}</p>}
      {answers?.length === 0 && <p>{t('setup.none')}</p>}
      {answers?.map(({ room, verdicts }) => (
        <div key={room}>
          <h3>{room}</h3>
          {verdicts === undefined && <p>{t('check.unknown')}</p>}
          {verdicts?.length === 0 && <p>{t('setup.alone')}</p>}
          <ul>
            {verdicts?.map((verdict, index) => (
              <li key={index} data-verdict={verdict.code}>
                <strong>{verdict.name}</strong> {wordsOf(verdict, t)}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** A server that is newer than this page may know more verdicts. */
function wordsOf({ code, values }: OwnVerdict, t: Translate): string {
  const { signal } = values;
  const named = { ...values, signal: textFor(`signal.${signal}`, 'signal.other', t) };
  return t(keyFor(`verdict.${code}`, 'verdict.unknown'), { code, ...named });
}

function textFor(key: string, otherwise: TextKey, t: Translate): string {
  return t(keyFor(key, otherwise));
}

function keyFor(key: string, otherwise: TextKey): TextKey {
  return Object.hasOwn(en, key) ? (key as TextKey) : otherwise;
}
