import type { ComponentChildren } from 'preact';
import { useApp, useText } from '../app/app-context.js';
import { Icon } from '../ui/icon.js';
import type { IconName } from '../ui/icon.js';
import type { Commands } from './commands.js';
import type { Call } from './create-call.js';
import { MoreMenu } from './more-menu.js';
import { ReactionMenu } from './reaction-menu.js';
import { SHORTCUTS } from './shortcuts.js';

/** What the bar is shown with. */
export interface ControlBarProps {
  readonly call: Call;
  readonly commands: Commands;
  readonly panel: 'chat' | 'people' | undefined;
}

/** Everything that one does in a call, in reach of a thumb. */
export function ControlBar({ call, commands, panel }: ControlBarProps) {
  const { devices } = useApp();
  const t = useText();
  const silent = devices.muted.value || !devices.microphone.track.value;
  const dark = !devices.camera.track.value;
  const sharing = call.screen.track.value !== undefined;
  const hand = call.talk.hands.value.has('');
  const { unread } = call.talk.chat.value;
  const count = call.people.value.length;
  return (
    <nav class="control-bar" aria-label={t('control.bar')}>
      <Control
        icon={silent ? 'microphone-off' : 'microphone'}
        off={silent}
        command="mute"
        run={commands.mute}
      >
        {t(silent ? 'control.unmute' : 'control.mute')}
      </Control>
      <Control icon={dark ? 'camera-off' : 'camera'} off={dark} command="camera" run={commands.camera}>
        {t(dark ? 'control.cameraOn' : 'control.cameraOff')}
      </Control>
      {call.screen.possible && (
        <Control icon="screen" on={sharing} wide command="share" run={commands.share}>
          {t(sharing ? 'control.shareStop' : 'control.share')}
        </Control>
      )}
      <Control icon="hand" on={hand} command="hand" run={commands.hand}>
        {t(hand ? 'control.handDown' : 'control.hand')}
      </Control>
      <ReactionMenu react={(emoji) => call.talk.react(emoji)} />
      <Control
        icon="chat"
        on={panel === 'chat'}
        expanded={panel === 'chat'}
        command="chat"
        run={commands.chat}
        badge={unread}
      >
        {unread > 0 ? t('control.chatUnread', { count: unread }) : t('control.chat')}
      </Control>
      <Control
        icon="people"
        on={panel === 'people'}
        expanded={panel === 'people'}
        wide
        command="people"
        run={commands.people}
      >
        {t('control.peopleCount', { count })}
      </Control>
      <MoreMenu commands={commands} />
      <button
        type="button"
        class="control leave"
        aria-label={t('control.leave')}
        title={`${t('control.leave')} (${SHORTCUTS.leave.shown})`}
        onClick={commands.leave}
      >
        <Icon name="leave" size={26} />
      </button>
    </nav>
  );
}

interface ControlProps {
  readonly icon: IconName;
  readonly command: keyof Commands;
  readonly run: () => void;
  readonly children: string;
  /** Something is switched off that is usually on, or on that is usually off. */
  readonly off?: boolean;
  readonly on?: boolean;
  /** It has shown a panel, or not. */
  readonly expanded?: boolean;
  /** Left out where there is no room; the menu has it too. */
  readonly wide?: boolean;
  readonly badge?: number;
}

function Control({
  icon,
  command,
  run,
  children,
  off = false,
  on = false,
  expanded,
  wide = false,
  badge = 0,
}: ControlProps) {
  return (
    <button
      type="button"
      class="control"
      data-off={off}
      data-on={on}
      data-wide={wide}
      aria-label={children}
      {...(expanded !== undefined && { 'aria-expanded': expanded })}
      title={`${children} (${SHORTCUTS[command].shown})`}
      onClick={run}
    >
      <Icon name={icon} />
      {badge > 0 && <Badge>{Math.min(badge, 99)}</Badge>}
    </button>
  );
}

function Badge({ children }: { readonly children: ComponentChildren }) {
  return (
    <span class="badge" aria-hidden="true">
      {children}
    </span>
  );
}
