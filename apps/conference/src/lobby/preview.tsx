import { useApp, useText } from '../app/app-context.js';
import { MicrophoneMeter } from '../devices/microphone-meter.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { LiveVideo } from '../ui/live-video.js';

/** How the others will see one, with the two switches that matter, and the microphone's level. */
export function Preview() {
  const { devices, settings } = useApp();
  const t = useText();
  const { camera, microphone, muted, starting } = devices;
  const track = camera.track.value;
  const silent = muted.value || !microphone.track.value;
  const hint = starting.value
    ? t('lobby.starting')
    : microphone.track.value && t(muted.value ? 'lobby.micMuted' : 'lobby.speakToTest');
  return (
    <section class="preview" aria-label={t('lobby.preview')}>
      <div class="preview-picture" data-off={!track}>
        {track ? (
          <LiveVideo track={track} label={t('lobby.preview')} mirrored />
        ) : (
          <div class="preview-empty">
            <Avatar name={settings.name.value} />
            <p>{starting.value ? '' : t('lobby.cameraOff')}</p>
          </div>
        )}
        <div class="preview-switches">
          <button
            type="button"
            class="round-button"
            data-off={silent}
            aria-label={t(silent ? 'control.unmute' : 'control.mute')}
            title={t(silent ? 'control.unmute' : 'control.mute')}
            onClick={() => void devices.toggleMuted()}
          >
            <Icon name={silent ? 'microphone-off' : 'microphone'} />
          </button>
          <button
            type="button"
            class="round-button"
            data-off={!track}
            aria-label={t(track ? 'control.cameraOff' : 'control.cameraOn')}
            title={t(track ? 'control.cameraOff' : 'control.cameraOn')}
            onClick={() => void devices.toggleCamera()}
          >
            <Icon name={track ? 'camera' : 'camera-off'} />
          </button>
        </div>
      </div>
      <div class="preview-sound">
        <Icon name={silent ? 'microphone-off' : 'microphone'} size={20} />
        <MicrophoneMeter />
        <p>{hint || t('lobby.noMicrophone')}</p>
      </div>
    </section>
  );
}
