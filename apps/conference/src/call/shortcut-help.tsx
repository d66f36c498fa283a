import { useText } from '../app/app-context.js';
import type { TextKey } from '../i18n/en.js';
import { Dialog } from '../ui/dialog.js';
import type { Commands } from './commands.js';
import { SHORTCUTS } from './shortcuts.js';

const MEANINGS: Readonly<Record<keyof Commands, TextKey>> = {
  mute: 'control.mute',
  camera: 'device.camera',
  share: 'control.share',
  hand: 'control.hand',
  chat: 'control.chat',
  people: 'control.people',
  invite: 'control.invite',
  settings: 'control.settings',
  help: 'shortcuts.help',
  leave: 'shortcuts.leave',
};

/** All shortcuts at a glance. */
export function ShortcutHelp({ close }: { readonly close: () => void }) {
  const t = useText();
  const all = Object.entries(MEANINGS) as [keyof Commands, TextKey][];
  return (
    <Dialog title={t('shortcuts.title')} close={close}>
      <p class="hint">{t('shortcuts.hint')}</p>
      <dl class="figures">
        {all.map(([command, meaning]) => (
          <div key={command}>
            <dt>{t(meaning)}</dt>
            <dd>
              <kbd>{SHORTCUTS[command].shown}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
