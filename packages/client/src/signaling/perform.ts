import { writeFrame } from './frame.js';
import { greet } from './greeting.js';
import type { ConnectionEffect } from './machine/events.js';
import { randomKey } from './random-key.js';
import type { Line, Session } from './session.js';
import { SignalingError } from './signaling-error.js';
import { openSocket } from './socket.js';
import { takeFrame } from './take-frame.js';
import { request, write } from './transmit.js';

const NOT_OPENED = 1006;

/** Does what the state machine wants done. */
export function perform(session: Session, effect: ConnectionEffect): void {
  const line = 'n' in effect ? session.lines.get(effect.n) : undefined;
  switch (effect.do) {
    case 'open':
      return open(session, effect);
    case 'greet':
      return line && greet(session, effect.n, line);
    case 'adopt':
      return line && adopt(session, effect.n, line);
    case 'lose':
      return lose(session);
    case 'close':
      session.lines.delete(effect.n);
      return line?.socket?.close();
    case 'timer':
      return setTimer(session, effect.ms);
    case 'leave':
      session.leaveId = session.nextId();
      return line && write(session, line, writeFrame({ type: 'leave', id: session.leaveId }));
    case 'new-key':
      session.replaces = session.key;
      session.key = randomKey(session.settings.random);
      return;
    case 'fresh-token':
      return session.tokens.drop();
    case 'end':
      return end(session);
  }
}

function setTimer(session: Session, ms: number | undefined): void {
  session.cancelTimer?.();
  const run = (): void => session.dispatch({ event: 'timer' });
  session.cancelTimer = ms === undefined ? undefined : session.settings.clock.after(ms, run);
}

function open(session: Session, { n, address, resume }: ConnectionEffect & { readonly do: 'open' }): void {
  const { urls, WebSocket } = session.settings;
  const base = urls[address] ?? '';
  const url = resume ? `${base}${base.includes('?') ? '&' : '?'}resume=1` : base;
  const line: Line = {};
  session.lines.set(n, line);
  const wanted = (): boolean => session.lines.get(n) === line;
  const failed = (error: unknown): void => {
    if (!wanted()) return;
    session.fault(error);
    session.dispatch({ event: 'closed', n, code: NOT_OPENED });
  };
  const connect = (token: string | undefined): void => {
    if (!wanted()) return;
    line.token = token;
    session.dispatch({ event: 'opening', n });
    line.socket = openSocket(WebSocket, url, {
      opened: () => session.dispatch({ event: 'opened', n }),
      frame: (text) => takeFrame(session, n, text),
      closed: (code) => session.dispatch({ event: 'closed', n, code }),
    });
  };
  session.tokens.get().then(connect).catch(failed);
}

/** Line `n` has joined, and carries everything from now on. */
function adopt(session: Session, n: number, line: Line): void {
  const { result, limits, token } = line;
  if (result === undefined || limits === undefined) return;
  const replaced = session.id === result.you ? undefined : session.id;
  const anew = session.id !== result.you;
  if (replaced !== undefined) {
    session.formerId = replaced;
    session.links.clear();
    session.commands.renew();
  }
  Object.assign(session, { live: n, id: result.you, joinedKey: session.key, replaces: undefined });
  session.pacer.open(limits, (frame) => write(session, line, frame));
  session.heartbeat.start(limits.pingMs);
  session.membership.connected(anew);
  session.links.bound();
  session.commands.connected(true);
  const { latest } = session.tokens;
  if (latest !== undefined && latest !== token) refresh(session, latest);
  if (result.iceServers.length > 0) {
    session.iceServers = result.iceServers;
    session.emitter.emit('iceServers', result.iceServers);
  }
  session.joining?.resolve(result.you);
  if (replaced !== undefined) session.emitter.emit('rejoined', { id: result.you, replaced });
}

/** Hands in a newer token, if there is a connection; the next one's hello carries it anyway. */
export function refresh(session: Session, token: string): void {
  session.refreshId = session.nextId();
  request(session, { type: 'refresh', id: session.refreshId, token });
}

function lose(session: Session): void {
  session.live = undefined;
  session.pacer.close();
  session.heartbeat.stop();
  session.commands.connected(false);
}

function end(session: Session): void {
  const { connection } = session;
  const told = connection.name === 'ended' ? connection.error : undefined;
  const why = told ?? new SignalingError('ended');
  session.links.clear();
  session.tokens.stop();
  session.unwatch?.();
  session.commands.end(why);
  session.joining?.reject(why);
  session.leaving?.resolve();
}
