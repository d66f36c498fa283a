import { writeFrame } from './frame.js';
import { greet } from './greeting.js';
import type { ConnectionEffect } from './machine/events.js';
import { randomKey } from './random-key.js';
import type { Line, Session } from './session.js';
import { SignalingError } from './signaling-error.js';
import { closeSocket, openSocket } from './socket.js';
import { takeFrame } from './take-frame.js';
import { tellIceServers } from './tell-ice-servers.js';
import { request, write } from './transmit.js';

const NOT_OPENED = 1006;

/** Does what the state machine wants done. */
export function perform(session: Session, effect: ConnectionEffect): void {
  const line = 'n' in effect ? session.lines.get(effect.n) : undefined;
  switch (effect.do) {
    case 'open':
      return open(session, effect);
    case 'greet':
      return line && greet(session, line);
    case 'adopt':
      return line && adopt(session, line);
    case 'lose':
      return lose(session);
    case 'close':
      session.lines.delete(effect.n);
      return line?.socket && closeSocket(line.socket);
    case 'timer':
      session.timer.stop();
      if (effect.ms !== undefined) session.timer.set(effect.ms, () => session.dispatch({ event: 'timer' }));
      return;
    case 'leave':
      session.leaveId = session.nextId();
      return line && write(session, line, writeFrame({ type: 'leave', id: session.leaveId }));
    case 'new-key':
      session.replaces = session.key;
      session.key = randomKey(session.random);
      return;
    case 'fresh-token':
      return session.tokens.drop();
    case 'end':
      return end(session);
  }
}

function open(session: Session, { n, address, resume }: ConnectionEffect & { readonly do: 'open' }): void {
  const { urls, WebSocket } = session;
  const base = urls[address] ?? '';
  const url = resume ? `${base}${base.includes('?') ? '&' : '?'}resume=1` : base;
  const line: Line = { n };
  session.lines.set(n, line);
  const wanted = (): boolean => session.lines.get(n) === line;
  const tell = (event: 'opening' | 'opened'): void => session.dispatch({ event, n });
  const closed = (code: number): void => session.dispatch({ event: 'closed', n, code });
  const failed = (error: unknown): void => {
    if (!wanted()) return;
    session.fault(error);
    closed(NOT_OPENED);
  };
  const connect = (token: string | undefined): void => {
    if (!wanted()) return;
    line.token = token;
    tell('opening');
    const opened = (): void => tell('opened');
    line.socket = openSocket(WebSocket, url, {
      opened,
      closed,
      frame: (text) => takeFrame(session, line, text),
    });
  };
  session.tokens.get().then(connect).catch(failed);
}

/** A line has joined, and carries everything from now on. */
function adopt(session: Session, line: Line): void {
  const { result, limits, token } = line;
  if (!result || !limits) return;
  const { you, iceServers } = result;
  const { id, key } = session;
  const rejoined = id && id !== you;
  if (rejoined) {
    session.formerId = id;
    session.links.clear();
    session.commands.renew();
  }
  Object.assign(session, { live: line, id: you, joined: key, replaces: undefined });
  session.pacer.open(limits, (frame) => write(session, line, frame));
  session.heartbeat.start(limits.pingMs);
  session.membership.connected(id !== you);
  session.links.bound();
  session.commands.connected(true);
  const { latest } = session.tokens;
  if (latest && latest !== token) refresh(session, latest);
  if (iceServers.length > 0) tellIceServers(session, iceServers);
  if (rejoined) session.emit('rejoined', { id: you, replaced: id });
}

/** Hands in a newer token, if there is a connection; the next one's hello carries it anyway. */
export function refresh(session: Session, token: string): void {
  session.refresh = session.nextId();
  request(session, { type: 'refresh', id: session.refresh, token });
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
  session.links.clear();
  session.tokens.stop();
  session.unwatch?.();
  session.commands.end(told ?? new SignalingError({ code: 'ended' }));
}
