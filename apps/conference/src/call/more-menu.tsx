import { useText } from '../app/app-context.js';
import { Icon } from '../ui/icon.js';
import type { IconName } from '../ui/icon.js';
import { Menu } from '../ui/menu.js';
import type { Commands } from './commands.js';

const ENTRIES = [
  ['people', 'people', 'control.people'],
  ['invite', 'invite', 'control.invite'],
  ['settings', 'settings', 'control.settings'],
  ['keyboard', 'help', 'control.shortcuts'],
] as const satisfies readonly (readonly [IconName, keyof Commands, string])[];

/** On narrow screens the bar has no button for people, and nobody a keyboard. */
const WHERE: Readonly<Partial<Record<keyof Commands, string>>> = { people: 'narrow', help: 'wide' };

/** Everything that is not needed all the time. */
export function MoreMenu({ commands }: { readonly commands: Commands }) {
  const t = useText();
  return (
    <Menu icon="more" label={t('control.more')} kind="list">
      {(close) => (
        <>
          {ENTRIES.map(([icon, command, text]) => (
            <button
              key={command}
              type="button"
              class="menu-entry"
              data-where={WHERE[command] ?? 'everywhere'}
              onClick={() => {
                close();
                commands[command]();
              }}
            >
              <Icon name={icon} />
              {t(text)}
            </button>
          ))}
          <a class="menu-entry" href="/#diagnosis" target="_blank" rel="noopener" onClick={close}>
            <Icon name="question" />
            {t('control.diagnosis')}
          </a>
        </>
      )}
    </Menu>
  );
}
