import type { JoinResult, Nack, Reply, SignalToClient } from '@parley/protocol';
import { readFrame } from './frame.js';
import type { ServerFrame } from './frame.js';
import { JOIN_ID } from './greeting.js';
import type { ConnectionEvent } from './machine/events.js';
import type { Line, Session } from './session.js';
import { tellIceServers } from './tell-ice-servers.js';
import { SignalingError } from './signaling-error.js';

/** A frame came in on a line. What cannot be read is a `fault`, and ignored. */
export function takeFrame(session: Session, line: Line, text: string): void {
  if (line === session.live) session.heartbeat.heard();
  try {
    route(session, line, readFrame(text));
  } catch (error) {
    session.fault(error);
  }
}

function route(session: Session, line: Line, frame: ServerFrame): void {
  const { header } = frame;
  const { n } = line;
  switch (header.type) {
    case 'welcome':
      line.limits = header.limits;
      return;
    case 'reply':
      return onReply(session, line, header);
    case 'goodbye':
    case 'degraded':
      return session.dispatch({ ...header, event: header.type, n } as ConnectionEvent);
    default:
      if (line === session.live) onLiveFrame(session, n, frame);
  }
}

function onReply(session: Session, line: Line, reply: Reply): void {
  const { n, limits } = line;
  if (reply.id <= JOIN_ID) {
    if ('error' in reply) return session.dispatch({ event: 'refused', n, error: reply.error });
    if (!limits) return;
    line.result = reply.result as JoinResult;
    return session.dispatch({ event: 'joined', n, resumeMs: limits.resumeMs });
  }
  if (reply.id === session.leaveId) return session.dispatch({ event: 'left', n });
  if (reply.id !== session.refresh) return session.commands.answered(reply);
  if (!('error' in reply)) return;
  session.tokens.refused();
  session.fault(new SignalingError(reply.error));
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
      return tellIceServers(session, header.iceServers);
    case 'error':
      return session.fault(new SignalingError(header));
    default:
  }
}

/** Whoever is not in the roster is not heard. */
function onSignal(session: Session, { from, kind, link }: SignalToClient, payload: string | undefined): void {
  const peer = session.membership.roster?.participants.get(from);
  if (!peer) return;
  const message = payload === undefined ? undefined : { payload, kind };
  if (link && peer.caps.includes('link1')) return session.links.receive(peer, link, message);
  if (message) session.emit('signal', { from, message });
}

function onNack(session: Session, { to, link, reason, retryAfterMs }: Nack): void {
  if (reason === 'rate' && retryAfterMs) session.pacer.slow(retryAfterMs);
  if (link) session.links.nacked(to, link, retryAfterMs);
}
