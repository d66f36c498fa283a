import type { JoinResult, Nack, Reply, SignalToClient } from '@parley/protocol';
import { readFrame } from './frame.js';
import type { ServerFrame } from './frame.js';
import { HELLO_ID, JOIN_ID } from './greeting.js';
import type { Line, Session } from './session.js';
import { fromErrorBody, SignalingError } from './signaling-error.js';

/** A frame came in on line `n`. What cannot be read is a `fault`, and ignored. */
export function takeFrame(session: Session, n: number, text: string): void {
  const line = session.lines.get(n);
  if (!line) return;
  if (n === session.live) session.heartbeat.heard();
  try {
    route(session, n, line, readFrame(text));
  } catch (error) {
    session.fault(error);
  }
}

function route(session: Session, n: number, line: Line, frame: ServerFrame): void {
  const { header } = frame;
  switch (header.type) {
    case 'welcome':
      line.limits = header.limits;
      return;
    case 'reply':
      return onReply(session, n, line, header);
    case 'goodbye':
      return session.dispatch({ event: 'goodbye', n, goodbye: header });
    case 'degraded':
      return session.dispatch({ event: 'degraded', n, degraded: header.degraded });
    default:
      if (n === session.live) onLiveFrame(session, n, frame);
  }
}

function onReply(session: Session, n: number, line: Line, reply: Reply): void {
  if (reply.id === HELLO_ID || reply.id === JOIN_ID) {
    if ('error' in reply) return session.dispatch({ event: 'refused', n, error: reply.error });
    if (!line.limits) return;
    line.result = reply.result as JoinResult;
    return session.dispatch({ event: 'joined', n, resumeMs: line.limits.resumeMs });
  }
  if (reply.id === session.leaveId) return session.dispatch({ event: 'left', n });
  if (reply.id !== session.refreshId) return session.commands.answered(reply);
  if (!('error' in reply)) return;
  session.tokens.refused();
  session.fault(fromErrorBody(reply.error));
}

function onLiveFrame(session: Session, n: number, { header, payload }: ServerFrame): void {
  switch (header.type) {
    case 'snapshot':
      return session.membership.snapshot(header, payload);
    case 'batch':
      if (session.membership.batch(header, payload) === 'behind') session.dispatch({ event: 'behind', n });
      return;
    case 'signal':
      return onSignal(session, header, payload);
    case 'nack':
      return onNack(session, header);
    case 'ice-servers':
      session.iceServers = header.iceServers;
      return session.emitter.emit('iceServers', header.iceServers);
    case 'error':
      return session.fault(new SignalingError(header.code, 'no', header.message));
    default:
  }
}

/** Whoever is not in the roster is not heard. */
function onSignal(session: Session, { from, kind, link }: SignalToClient, payload: string | undefined): void {
  const peer = session.membership.roster?.participants.get(from);
  if (!peer) return;
  const message = payload === undefined ? undefined : { payload, ...(kind !== undefined && { kind }) };
  if (link && peer.caps.includes('link1')) return session.links.receive(peer, link, message);
  if (message) session.emitter.emit('signal', { from, message });
}

function onNack(session: Session, { to, link, reason, retryAfterMs }: Nack): void {
  if (reason === 'rate' && retryAfterMs) session.pacer.slow(retryAfterMs);
  if (link) session.links.nacked(to, link, retryAfterMs);
}
