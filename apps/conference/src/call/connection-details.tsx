import { useText } from '../app/app-context.js';
import { Dialog } from '../ui/dialog.js';
import type { Call } from './create-call.js';
import { figuresOf } from './figures.js';
import { SignalBars } from './signal-bars.js';

/** What the details are shown with. */
export interface ConnectionDetailsProps {
  readonly call: Call;
  readonly person: string;
  readonly close: () => void;
}

/** The connection with one person, in figures. */
export function ConnectionDetails({ call, person, close }: ConnectionDetailsProps) {
  const t = useText();
  const shown = call.people.value.find(({ id }) => id === person);
  const state = call.peers.value.get(person) ?? 'connecting';
  const stats = call.stats.value.get(person);
  return (
    <Dialog title={t('connection.title', { name: shown?.name ?? '?' })} close={close}>
      <p class="hint">{t(stats ? 'connection.intro' : 'connection.nothing')}</p>
      <dl class="figures">
        <div>
          <dt>{t('connection.state')}</dt>
          <dd>
            <SignalBars quality={shown?.quality ?? 'unknown'} /> {t(`state.${state}`)}
            {stats && ` · ${t(stats.relayed ? 'connection.relayed' : 'connection.direct')}`}
          </dd>
        </div>
        {stats &&
          figuresOf(stats).map(({ label, value }) => (
            <div key={label}>
              <dt>{t(label)}</dt>
              <dd>{typeof value === 'string' ? value : t(value.text)}</dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
}
