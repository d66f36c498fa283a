import { browserClock } from '../system/browser-clock.js';
import { browserPage } from '../system/browser-page.js';
import { browserRandom } from '../system/browser-random.js';
import { createBackoff } from './backoff.js';
import { createSession } from './create-session.js';
import { shownState } from './machine/connection.js';
import type { SignalingOptions } from './options.js';
import { defer } from './session.js';
import type { Session, Settings } from './session.js';
import type { SignalingClient } from './signaling-client.js';
import { SignalingError } from './signaling-error.js';
import { checkSize, signal } from './transmit.js';

/**
 * A client that does nothing until `join`. It needs no page: it runs in browsers, workers and Node (from 22 on with
 * Node's own WebSocket, before with that of `ws`). Throws a TypeError without a URL or without a WebSocket.
 */
export function createSignalingClient(options: SignalingOptions): SignalingClient {
  const session = createSession(settingsOf(options), options);
  const { commands, links, membership, emitter } = session;
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
      if (participant === undefined || session.connection.name === 'ended') return 'gone';
      if (participant.caps.includes('link1')) return links.send(participant, message);
      return signal(session, to, undefined, message) || session.live === undefined ? 'queued' : 'full';
    },
    restart(to) {
      const participant = peer(to);
      if (participant?.caps.includes('link1') === true) links.restart(participant);
    },
    async message(data) {
      checkSize({ payload: data });
      return commands.run({ header: { type: 'message' }, payload: data });
    },
    update: (change) => commands.run({ header: { type: 'update', ...change } }),
    leave: () => leave(session),
    on: emitter.on,
  };
}

function join(session: Session): Promise<string> {
  const { connection, settings, heartbeat } = session;
  session.joining ??= defer();
  if (connection.name === 'ended') session.joining.reject(connection.error ?? new SignalingError('ended'));
  if (connection.name !== 'idle') return session.joining.promise;
  session.unwatch = settings.page.watch((what) => {
    if (what === 'hidden') return heartbeat.pause();
    session.dispatch({ event: 'online' });
    heartbeat.check();
  });
  session.dispatch({ event: 'start' });
  return session.joining.promise;
}

function leave(session: Session): Promise<void> {
  if (session.connection.name === 'ended') return Promise.resolve();
  session.leaving ??= defer();
  session.dispatch({ event: 'leave' });
  return session.leaving.promise;
}

function settingsOf(options: SignalingOptions): Settings {
  const { room, name, attributes, clock = browserClock, random = browserRandom } = options;
  const urls = typeof options.urls === 'string' ? [options.urls] : options.urls;
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  if (urls.length === 0) throw new TypeError('urls: at least one is needed');
  if (typeof WebSocket !== 'function') throw new TypeError('WebSocket: there is none here; pass one');
  const { backoff = createBackoff(random), page = browserPage() } = options;
  const renewable = typeof options.token === 'function';
  return { urls, room, name, attributes, WebSocket, clock, random, backoff, page, renewable };
}
