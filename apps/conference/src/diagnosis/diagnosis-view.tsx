import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import { browserMedia } from '../devices/browser-media.js';
import { CopyButton } from '../ui/copy-button.js';
import { Icon } from '../ui/icon.js';
import { Mark } from '../ui/mark.js';
import { PageMenu } from '../ui/page-menu.js';
import { CHECKS } from './check.js';
import type { CheckName, Outcome } from './check.js';
import { reportOf } from './report.js';
import { askSetup } from './setup-channel.js';
import type { SetupAnswer } from './setup-channel.js';
import { SetupView } from './setup-view.js';
import { summaryOf } from './summary-of.js';
import { runChecks } from './run-checks.js';

/** "Why does it not work?": tries everything that a call needs, and says what it found. */
export function DiagnosisView() {
  const { site, settings } = useApp();
  const t = useText();
  const outcomes = useSignal<ReadonlyMap<CheckName, Outcome>>(new Map());
  const running = useSignal<CheckName | undefined>(undefined);
  const setup = useSignal<readonly SetupAnswer[] | undefined>(undefined);
  const run = async (): Promise<void> => {
    outcomes.value = new Map();
    setup.value = undefined;
    void askSetup().then((answers) => (setup.value = answers));
    const room = `diagnosis-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
    const told = (name: CheckName, outcome?: Outcome): void => {
      running.value = name;
      if (outcome) outcomes.value = new Map(outcomes.peek()).set(name, outcome);
    };
    await runChecks({ media: browserMedia(), site, room, told });
    running.value = undefined;
  };
  useEffect(() => void run(), []);
  const report = (): string => {
    const at = new Date().toISOString();
    const verdicts = (setup.peek() ?? []).flatMap((one) => one.verdicts?.map(({ code }) => code) ?? []);
    return reportOf(outcomes.peek(), {
      ...{ userAgent: navigator.userAgent, origin: location.origin, at, verdicts },
    });
  };
  const summary = summaryOf(outcomes.value, running.value !== undefined);
  return (
    <div class="diagnosis" lang={settings.language.value}>
      <header class="page-head">
        <Mark />
        <PageMenu />
      </header>
      <main class="diagnosis-main">
        <h1>{t('diagnosis.title')}</h1>
        <p>{t('diagnosis.intro')}</p>
        <p class="diagnosis-summary" role="status" data-result={summary}>
          {t(`diagnosis.summary.${summary}`)}
        </p>
        <ul class="checks" aria-live="polite" aria-busy={running.value !== undefined}>
          {CHECKS.map((name) => (
            <Row key={name} name={name} outcome={outcomes.value.get(name)} running={running.value === name} />
          ))}
        </ul>
        <SetupView answers={setup.value} />
        <div class="buttons">
          <CopyButton text={report} label={t('diagnosis.copy')} done={t('diagnosis.copied')} primary />
          <button
            type="button"
            class="button"
            disabled={running.value !== undefined}
            onClick={() => void run()}
          >
            {t('diagnosis.again')}
          </button>
        </div>
      </main>
    </div>
  );
}

interface RowProps {
  readonly name: CheckName;
  readonly outcome: Outcome | undefined;
  readonly running: boolean;
}

function Row({ name, outcome, running }: RowProps) {
  const t = useText();
  const state = outcome?.result ?? (running ? 'running' : 'skipped');
  return (
    <li class="check" data-result={outcome || running ? state : 'waiting'} data-check={name}>
      <span class="check-sign">
        {outcome ? <Icon name={SIGNS[outcome.result]} /> : running && <span class="spinner" />}
      </span>
      <div>
        <h2>{t(`check.${name}`)}</h2>
        {(outcome || running) && (
          <p>
            <strong>{t(`diagnosis.${state}`)}</strong>
            {outcome && ` · ${t(outcome.text, outcome.values)}`}
          </p>
        )}
      </div>
    </li>
  );
}

const SIGNS = { ok: 'check', warning: 'warning', failed: 'close', skipped: 'more' } as const;
