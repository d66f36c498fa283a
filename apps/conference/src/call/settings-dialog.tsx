import { useApp } from '../app/app-context.js';
import { DeviceChoices } from '../devices/device-choices.js';
import { DeviceProblems } from '../devices/device-problems.js';
import { Dialog } from '../ui/dialog.js';
import { PageMenu } from '../ui/page-menu.js';

/** Devices, language and appearance, in mid-call. */
export function SettingsDialog({ close }: { readonly close: () => void }) {
  const { shortcuts, t } = useApp().settings;
  return (
    <Dialog title={t('settings.title')} close={close}>
      <div class="settings">
        <DeviceProblems />
        <DeviceChoices meter />
        <PageMenu />
        <label class="switch">
          <input
            type="checkbox"
            checked={shortcuts.value}
            onChange={({ currentTarget }) => (shortcuts.value = currentTarget.checked)}
          />
          {t('settings.shortcuts')}
        </label>
      </div>
    </Dialog>
  );
}
