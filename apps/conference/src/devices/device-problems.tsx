import { useApp, useText } from '../app/app-context.js';
import { Icon } from '../ui/icon.js';
import type { DeviceKind } from './media-port.js';
import { problemsOf } from './problems-of.js';
import type { ShownProblem } from './problems-of.js';

/** What problems are shown with. */
export interface DeviceProblemsProps {
  /** Devices whose problems the user has seen. */
  readonly seen?: ReadonlySet<DeviceKind>;
  /** They can be put away: called with the devices that one is about. */
  readonly dismiss?: (kinds: readonly DeviceKind[]) => void;
}

/** What is wrong with camera and microphone, in plain words, and what to do. */
export function DeviceProblems({ seen, dismiss }: DeviceProblemsProps) {
  const { devices } = useApp();
  const { camera, microphone } = devices;
  const problemOf = (kind: DeviceKind) => (seen?.has(kind) ? undefined : devices[kind].problem.value);
  const problems = problemsOf({ camera: problemOf('camera'), microphone: problemOf('microphone') });
  const again = async (kind: DeviceKind | 'both'): Promise<void> => {
    if (kind === 'both') await devices.start();
    else await devices[kind].open();
  };
  return (
    <>
      {problems.map((problem) => (
        <Problem
          key={problem.of}
          problem={problem}
          busy={camera.busy.value || microphone.busy.value || devices.starting.value}
          again={() => void again(problem.of)}
          {...(dismiss && { dismiss: () => dismiss(kindsOf(problem)) })}
        />
      ))}
    </>
  );
}

function kindsOf({ of }: ShownProblem): readonly DeviceKind[] {
  return of === 'both' ? ['camera', 'microphone'] : [of];
}

interface ProblemProps {
  readonly problem: ShownProblem;
  readonly busy: boolean;
  readonly again: () => void;
  readonly dismiss?: () => void;
}

function Problem({ problem: { of, why, title, text }, busy, again, dismiss }: ProblemProps) {
  const t = useText();
  return (
    <section class="problem" role="status">
      <Icon name={of === 'microphone' ? 'microphone-off' : 'camera-off'} />
      <div>
        <h3>{t(title)}</h3>
        <p>{t(text)}</p>
      </div>
      {why !== 'insecure' && (
        <button type="button" class="button" disabled={busy} onClick={again}>
          {t('device.retry')}
        </button>
      )}
      {dismiss && (
        <button type="button" class="quiet-button" aria-label={t('panel.close')} onClick={dismiss}>
          <Icon name="close" />
        </button>
      )}
    </section>
  );
}
