import { useText } from '../app/app-context.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { SidePanel } from '../ui/side-panel.js';
import type { Call } from './create-call.js';
import type { Person } from './people.js';
import { SignalBars } from './signal-bars.js';

/** What the list is shown with. */
export interface PeoplePanelProps {
  readonly call: Call;
  readonly close: () => void;
  readonly invite: () => void;
  readonly showConnection: (person: string) => void;
}

/** Everybody in the call, raised hands first. */
export function PeoplePanel({ call, close, invite, showConnection }: PeoplePanelProps) {
  const t = useText();
  const people = [...call.people.value].sort((a, b) => Number(b.hand) - Number(a.hand));
  return (
    <SidePanel title={t('control.peopleCount', { count: people.length })} close={close}>
      <ul class="people">
        {people.map((person) => (
          <Row key={person.id} person={person} showConnection={showConnection} />
        ))}
      </ul>
      <div class="panel-foot">
        <button type="button" class="button wide" onClick={invite}>
          <Icon name="invite" size={20} />
          {t('control.invite')}
        </button>
      </div>
    </SidePanel>
  );
}

function Row({
  person,
  showConnection,
}: { readonly person: Person } & Pick<PeoplePanelProps, 'showConnection'>) {
  const t = useText();
  const { id, name, self, muted, hand, quality } = person;
  const connection = t('tile.connection', { name, quality: t(`quality.${quality}`) });
  return (
    <li class="people-row" data-speaking={person.speaking}>
      <Avatar name={name} />
      <span class="people-name">{self ? t('people.you', { name }) : name}</span>
      {hand && (
        <span role="img" aria-label={t('people.handUp')}>
          ✋
        </span>
      )}
      <span
        role="img"
        class="people-mic"
        data-off={muted}
        aria-label={t(muted ? 'people.micOff' : 'people.micOn')}
      >
        <Icon name={muted ? 'microphone-off' : 'microphone'} size={18} />
      </span>
      {!self && (
        <button
          type="button"
          class="quiet-button"
          aria-label={connection}
          title={connection}
          onClick={() => showConnection(id)}
        >
          <SignalBars quality={quality} />
        </button>
      )}
    </li>
  );
}
