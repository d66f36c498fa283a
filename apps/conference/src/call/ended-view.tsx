import { useEffect, useRef } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import { Mark } from '../ui/mark.js';
import type { Ending } from './ending.js';

/** What the end of a call is shown with. */
export interface EndedViewProps {
  readonly room: string;
  readonly ending: Ending;
}

/** Why the call is over, and the way back. */
export function EndedView({ room, ending }: EndedViewProps) {
  const { toLobby } = useApp();
  const t = useText();
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => again.current?.focus(), []);
  return (
    <div class="ended">
      <header class="page-head">
        <Mark />
      </header>
      <main class="ended-main">
        <h1>{t(ending.title)}</h1>
        <p>{t(ending.text, { code: ending.code ?? '' })}</p>
        <div class="buttons">
          <button ref={again} type="button" class="button primary large" onClick={() => toLobby(room)}>
            {t('ended.again')}
          </button>
          <button type="button" class="button large" onClick={() => toLobby()}>
            {t('app.leftHome')}
          </button>
        </div>
      </main>
    </div>
  );
}
