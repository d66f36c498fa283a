import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { createCall } from '../call/create-call.js';
import type { Call, CallNews } from '../call/create-call.js';
import { endingOf } from '../call/ending.js';
import type { Ending } from '../call/ending.js';
import { browserMedia } from '../devices/browser-media.js';
import { answerSetupQuestions } from '../diagnosis/setup-channel.js';
import { createDevices } from '../devices/create-devices.js';
import type { Devices } from '../devices/create-devices.js';
import { createNotices } from '../ui/notices.js';
import type { Notices } from '../ui/notices.js';
import type { Memory } from './memory.js';
import { createMemory } from './memory.js';
import { linkTo, roomOf } from './room-address.js';
import { roomName } from './room-name.js';
import { createSettings } from './settings.js';
import type { Settings, Translate } from './settings.js';
import { readSite } from './site.js';
import type { Site } from './site.js';
import { takeTicket, writeTicket } from './ticket.js';

/** What the page shows. */
export type Screen =
  | { readonly name: 'lobby'; readonly room: string; readonly invited: boolean }
  | { readonly name: 'call'; readonly call: Call }
  | { readonly name: 'ended'; readonly room: string; readonly ending: Ending }
  | { readonly name: 'diagnosis' };

/** The page. */
export interface App {
  readonly settings: Settings;
  readonly devices: Devices;
  readonly notices: Notices;
  readonly screen: ReadonlySignal<Screen>;
  readonly site: Site;
  /** The address that brings others into a room. */
  linkTo(room: string): string;
  join(room: string): void;
  leave(): void;
  /** From the end of a call back into its lobby, or to the start. */
  toLobby(room?: string): void;
}

/** The page of this window, at its address. A call that a reload has interrupted goes on. */
export function createApp(window: Window): App {
  const { location, history, document } = window;
  const memory = createMemory(() => window.localStorage);
  const settings = createSettings(memory, navigator.languages, document.documentElement);
  const notices = createNotices((ms, run) => setTimeout(run, ms));
  const { t } = settings;
  const devices = createDevices(browserMedia(), memory, (kind, device) =>
    notices.tell(t('device.switched', { kind: t(`device.${kind}`), device })),
  );
  const lobby = (room?: string): Screen => {
    const fresh = room ?? roomName(crypto.getRandomValues(new Uint8Array(4)));
    return { name: 'lobby', room: fresh, invited: room !== undefined };
  };
  const screen = signal<Screen>(
    location.hash === '#diagnosis' ? { name: 'diagnosis' } : lobby(roomOf(location)),
  );
  const site = readSite(document, location);
  const join = (room: string, replaces?: string): void => {
    const call = createCall({
      ...{ room, replaces, devices, site, name: settings.name.peek() },
      news: (news) => tellNews(news, notices, t),
    });
    history.replaceState(null, '', new URL(linkTo(location.origin, room)).pathname);
    screen.value = { name: 'call', call };
    const endAnswers = answerSetupQuestions(call);
    const over = effect(() => {
      const state = call.state.value;
      if (state.name !== 'ended') return;
      screen.value = { name: 'ended', room, ending: endingOf(state) };
      endAnswers();
      devices.stop();
      queueMicrotask(() => over());
    });
  };
  const app: App = {
    ...{ settings, devices, notices, screen, site },
    linkTo: (room) => linkTo(location.origin, room),
    join: (room) => join(room),
    leave() {
      const now = screen.peek();
      if (now.name === 'call') now.call.leave();
    },
    toLobby(room) {
      history.replaceState(
        null,
        '',
        room === undefined ? '/' : new URL(linkTo(location.origin, room)).pathname,
      );
      screen.value = lobby(room);
      void devices.start();
    },
  };
  begin(
    window,
    app,
    createMemory(() => window.sessionStorage),
    join,
  );
  return app;
}

/** Comes back from a reload, and leaves when the page goes. */
function begin(
  window: Window,
  { screen, devices }: App,
  session: Memory,
  join: (room: string, key: string) => void,
): void {
  const first = screen.peek();
  if (first.name === 'lobby') {
    const key = first.invited ? takeTicket(session, first.room, Date.now()) : undefined;
    const started = devices.start();
    if (key !== undefined) void started.then(() => join(first.room, key));
  }
  const go = (): void => {
    const now = screen.peek();
    if (now.name !== 'call') return;
    writeTicket(session, { room: now.call.room, key: now.call.key, at: Date.now() });
    now.call.leave();
  };
  // Firefox closes WebSockets before it fires pagehide: only at beforeunload can the room still be told.
  for (const event of ['beforeunload', 'pagehide']) window.addEventListener(event, go);
  // A page that the browser had put away whole has left its call: it begins anew.
  window.addEventListener('pageshow', ({ persisted }) => persisted && window.location.reload());
  window.addEventListener('hashchange', () => window.location.reload());
}

function tellNews(news: CallNews, { tell, say }: Notices, t: Translate): void {
  const { name } = news;
  if (news.what !== 'said') return tell(t(`notice.${news.what}`, { name }));
  const { message } = news;
  if (message.kind === 'chat') say(t('notice.message', { name, text: message.text }));
  else if (message.kind === 'reaction') say(t('notice.reaction', { name, emoji: message.emoji }));
  else if (message.up) tell(t('notice.hand', { name }));
}
