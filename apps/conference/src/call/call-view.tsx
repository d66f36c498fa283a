import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import type { App } from '../app/create-app.js';
import { ChatPanel } from '../chat/chat-panel.js';
import { Dialog } from '../ui/dialog.js';
import { BannerView } from './banner-view.js';
import { CallProblems } from './call-problems.js';
import type { Commands } from './commands.js';
import { ConnectionDetails } from './connection-details.js';
import { ControlBar } from './control-bar.js';
import type { Call } from './create-call.js';
import { AloneCard, Invite } from './invite.js';
import { PeoplePanel } from './people-panel.js';
import { SettingsDialog } from './settings-dialog.js';
import { ShortcutHelp } from './shortcut-help.js';
import { commandOf } from './shortcuts.js';
import { Sounds } from './sounds.js';
import { Stage } from './stage.js';

type Panel = 'chat' | 'people' | undefined;
type Open = 'invite' | 'settings' | 'help' | { readonly connection: string } | undefined;

/** A call: the stage, what lies beside and over it, and the controls. */
export function CallView({ call }: { readonly call: Call }) {
  const app = useApp();
  const t = useText();
  const panel = useSignal<Panel>(undefined);
  const open = useSignal<Open>(undefined);
  const commands = useMemo(() => commandsOf(app, call, panel, open), [call]);
  useShortcuts(app, commands, open);
  const showConnection = (connection: string): void => void (open.value = { connection });
  const closePanel = (): void => void (panel.value = undefined);
  const alone = call.joined.value && call.people.value.length === 1 && call.tiles.value.length === 1;
  return (
    <div class="call" data-panel={panel.value ?? 'none'}>
      <h1 class="unseen">{call.room}</h1>
      <main class="call-main">
        <BannerView call={call} />
        <div class="call-stage" data-alone={alone}>
          <Stage call={call} showConnection={showConnection} />
          {alone && <AloneCard room={call.room} />}
        </div>
      </main>
      {panel.value === 'chat' && <ChatPanel call={call} close={closePanel} />}
      {panel.value === 'people' && (
        <PeoplePanel
          call={call}
          close={closePanel}
          invite={commands.invite}
          showConnection={showConnection}
        />
      )}
      <footer class="call-foot">
        <p class="call-room">{call.room}</p>
        <ControlBar call={call} commands={commands} panel={panel.value} />
      </footer>
      <CallProblems />
      <Sounds call={call} />
      <OpenDialog call={call} open={open} title={t('invite.title')} />
    </div>
  );
}

function OpenDialog({ call, open, title }: { call: Call; open: Signal<Open>; title: string }) {
  const close = (): void => void (open.value = undefined);
  const what = open.value;
  switch (what) {
    case undefined:
      return null;
    case 'invite':
      return (
        <Dialog title={title} close={close}>
          <Invite room={call.room} />
        </Dialog>
      );
    case 'settings':
      return <SettingsDialog close={close} />;
    case 'help':
      return <ShortcutHelp close={close} />;
    default:
      return <ConnectionDetails call={call} person={what.connection} close={close} />;
  }
}

function commandsOf(app: App, call: Call, panel: Signal<Panel>, open: Signal<Open>): Commands {
  const { devices, notices, settings } = app;
  const { t } = settings;
  const show = (wanted: Panel): void => void (panel.value = panel.peek() === wanted ? undefined : wanted);
  return {
    async mute() {
      await devices.toggleMuted();
      notices.say(t(devices.muted.peek() ? 'notice.muted' : 'notice.unmuted'));
    },
    async camera() {
      await devices.toggleCamera();
      notices.say(t(devices.camera.track.peek() ? 'notice.cameraOn' : 'notice.cameraOff'));
    },
    async share() {
      const reason = await call.screen.toggle();
      if (reason !== undefined) notices.tell(t('control.shareFailed', { reason }));
    },
    hand: () => call.talk.raise(!call.talk.hands.peek().has('')),
    chat: () => show('chat'),
    people: () => show('people'),
    invite: () => (open.value = 'invite'),
    settings: () => (open.value = 'settings'),
    help: () => (open.value = 'help'),
    leave: app.leave,
  };
}

/** Keys do what the buttons do, unless somebody writes, or a dialog is open. */
function useShortcuts({ settings }: App, commands: Commands, open: Signal<Open>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!settings.shortcuts.peek() || open.peek() !== undefined) return;
      const { target } = event;
      const writing = target instanceof HTMLElement && target.matches('input, textarea, select');
      const command = commandOf(event, writing || event.isComposing);
      if (!command) return;
      event.preventDefault();
      commands[command]();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [commands]);
}
