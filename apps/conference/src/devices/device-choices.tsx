import { useApp, useText } from '../app/app-context.js';
import { Choice } from '../ui/choice.js';
import type { DeviceList } from './media-port.js';
import { MicrophoneMeter } from './microphone-meter.js';

/** Whether this browser lets pages choose where sound goes. */
const CAN_CHOOSE_SPEAKER = 'setSinkId' in HTMLMediaElement.prototype;

/** Which camera, microphone and speaker; with a `meter`, also what the microphone hears. */
export function DeviceChoices({ meter = false }: { readonly meter?: boolean }) {
  const { devices } = useApp();
  const t = useText();
  const options = (kind: keyof DeviceList) => {
    const found = devices.list.value[kind];
    if (found.length === 0) return [{ value: '', text: t('device.none') }];
    return found.map(({ id, label }, index) => ({
      value: id,
      text: label || t('device.nth', { kind: t(`device.${kind}`), number: index + 1 }),
    }));
  };
  const current = (kind: 'camera' | 'microphone'): string =>
    devices[kind].track.value?.getSettings().deviceId ?? devices[kind].chosen.value;
  // Browsers that list the system's own choice as a device call it so; it is here already.
  const others = options('speaker').filter(({ value }) => value !== 'default');
  const speakers = [{ value: '', text: t('device.default') }, ...others];
  return (
    <>
      {(['camera', 'microphone'] as const).map((kind) => (
        <div key={kind} class="device-choice">
          <Choice
            label={t(`device.${kind}`)}
            value={current(kind)}
            options={options(kind)}
            disabled={devices.list.value[kind].length === 0}
            choose={(id) => void devices[kind].open(id)}
          />
          {meter && kind === 'microphone' && <MicrophoneMeter />}
        </div>
      ))}
      {CAN_CHOOSE_SPEAKER && devices.list.value.speaker.length > 0 && (
        <Choice
          label={t('device.speaker')}
          value={devices.speaker.value}
          options={speakers}
          choose={(id) => (devices.speaker.value = id)}
        />
      )}
    </>
  );
}
