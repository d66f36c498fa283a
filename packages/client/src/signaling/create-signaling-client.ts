import { browserClock } from '../system/browser-clock.js';
import { browserPage } from '../system/browser-page.js';
import { browserRandom } from '../system/browser-random.js';
import { createBackoff } from './backoff.js';
import { createSession } from './create-session.js';
import { shownState } from './machine/connection.js';
import type { SignalingOptions } from './options.js';
import type { Session, Settings } from './session.js';
import type { SignalingClient, SignalingState } from './signaling-client.js';
import { SignalingError } from './signaling-error.js';
import { checkSize, request, signal } from './transmit.js';

/**
 * A client that does nothing until `join`. It needs no page: it runs in browsers, workers and Node (from 22 on with
 * Node's own WebSocket, before with that of `ws`). Throws a TypeError without a URL or without a WebSocket.
 */
export function createSignalingClient(options: SignalingOptions): SignalingClient {
  const session = createSession(settingsOf(options));
  const { commands, links, membership, on } = session;
  const peer = (id: string) => (id === session.id ? undefined : membership.roster?.participants.get(id));
  return {
    get state() {
      return shownState(session.connection);
    },
    get key() {
      return session.key;
    },
    get id() {
      return session.id;
    },
    get roster() {
      return membership.roster;
    },
    get iceServers() {
      return session.iceServers;
    },
    join: () => join(session),
    send(to, message) {
      checkSize(message);
      const participant = peer(to);
      if (!participant || session.connection.name === 'ended') return 'gone';
      if (participant.caps.includes('link1')) return links.send(participant, message);
      return signal(session, to, undefined, message) || !session.live ? 'queued' : 'full';
    },
    restart(to) {
      const participant = peer(to);
      if (participant?.caps.includes('link1')) links.restart(participant);
    },
    async message(data) {
      checkSize({ payload: data });
      return commands.run({ header: { type: 'message' }, payload: data });
    },
    update: (change) => commands.run({ header: { type: 'update', ...change } }),
    report(quality) {
      if (session.live?.limits?.reportMs) request(session, { type: 'quality', ...quality });
    },
    leave: () => leave(session),
    on,
  };
}

function join(session: Session): Promise<string> {
  const { connection, heartbeat, dispatch } = session;
  session.joining ??= reached(session, 'joined').then((state) => {
    if (state.name === 'ended') throw state.error ?? new SignalingError({ code: 'ended' });
    return session.id ?? '';
  });
  if (connection.name === 'idle') {
    session.unwatch = session.page.watch((what) => {
      if (what === 'hidden') return heartbeat.pause();
      dispatch({ event: 'online' });
      heartbeat.check();
    });
    dispatch({ event: 'start' });
  }
  return session.joining;
}

async function leave(session: Session): Promise<void> {
  session.dispatch({ event: 'leave' });
  await reached(session, 'ended');
}

/** Resolves with the first state from now on that is `wanted`, or the end. */
function reached(session: Session, wanted: SignalingState['name']): Promise<SignalingState> {
  return new Promise((resolve) => {
    const look = (state: SignalingState): void => {
      if (state.name === wanted || state.name === 'ended') resolve(state);
    };
    session.on('state', look);
    look(shownState(session.connection));
  });
}

function settingsOf(options: SignalingOptions): Settings {
  const { clock = browserClock, random = browserRandom, WebSocket = globalThis.WebSocket } = options;
  const { backoff = createBackoff(random), page = browserPage() } = options;
  const urls = [options.urls].flat();
  if (urls.length === 0) throw new TypeError('urls');
  if (typeof WebSocket !== 'function') throw new TypeError('WebSocket');
  return { ...options, urls, WebSocket, clock, random, backoff, page };
}
