import { errorBody } from '@parley/protocol';
import type { ClientHeader, Ping, SignalToServer } from '@parley/protocol';
import { grantsAllow } from '../auth/grants-allow.js';
import { take, waitFor } from '../limits/token-bucket.js';
import type { BadFrame, ClientFrame, GoodFrame } from './client-frame.js';
import type { AwaitingHello, Joined, Welcomed } from './connection.js';
import type { Effect } from './effect.js';
import { onHello, onRefresh } from './hello.js';
import { hold } from './hold.js';
import { onJoin } from './join.js';
import { onMutation } from './mutations.js';
import { answer, end, limited, refuse, refused, unchanged } from './outcome.js';
import type { Open, Outcome } from './outcome.js';
import { isReport, onReport } from './quality.js';

const NOT_SO_SOON_MS = 1_000;

/** A frame arrived: it counts against the limits (NACK-3), and is then handled or held. */
export function onFrame(connection: Open, frame: ClientFrame, now: number): Outcome {
  const { rules, flood, malformed } = connection;
  const left = take(flood, rules.flood, now);
  if (left === undefined)
    return end(connection, 'rate_limited', { first: [limited('flood')], retryAfterMs: NOT_SO_SOON_MS });
  const counted = { ...connection, flood: left };
  if (isReport(frame) && connection.state !== 'awaiting-hello') return onReport(counted, frame, now);
  if (frame.ok) return frame.header.type === 'ping' ? route(counted, frame) : meter(counted, frame, now);
  if (!frame.malformed) return route(counted, frame);
  const patience = take(malformed, rules.malformed, now);
  if (patience === undefined)
    return end(counted, 'bad_request', { first: [limited('malformed'), ...tellBad(frame)] });
  return route({ ...counted, malformed: patience }, frame);
}

function meter(connection: Open, frame: GoodFrame, now: number): Outcome {
  const { signalsPerSecond: perSecond, burst } = connection.rules.limits;
  const rate = { perSecond, burst };
  const messages = take(connection.messages, rate, now);
  if (messages !== undefined) return route({ ...connection, messages }, frame);
  const { header } = frame;
  const retryAfterMs = waitFor(connection.messages, rate, now);
  return { connection, effects: [limited('messages'), tooFast(header, retryAfterMs)] };
}

function tooFast(header: ClientHeader, retryAfterMs: number): Effect {
  if (header.type !== 'signal')
    return refused(idOf(header), errorBody('rate_limited', undefined, retryAfterMs));
  return { do: 'refuse-signal', header, why: turnedBack(header, 'rate', retryAfterMs) };
}

/** A nack, or nothing for an acknowledgement alone (NACK-2). */
function turnedBack(header: SignalToServer, nack: 'rate' | 'size', retryAfterMs?: number) {
  if (header.link?.[1] === 0) return { drop: 'acknowledgement' } as const;
  return { nack, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Handles one frame that the limits have let through. */
export function route(connection: Open, frame: ClientFrame): Outcome {
  switch (connection.state) {
    case 'awaiting-hello':
      return first(connection, frame);
    case 'verifying':
      return hold(connection, frame);
    case 'joining':
    case 'preparing':
      return isPing(frame) ? pong(connection, frame.header) : hold(connection, frame);
    case 'welcomed':
      return frame.ok ? whileWelcomed(connection, frame) : turnDown(connection, frame);
    case 'joined':
      return frame.ok ? whileJoined(connection, frame) : turnDown(connection, frame);
  }
}

/** HELLO-1. A frame that cannot be read, or a faulty `hello`, leaves the rest of the time for a better one. */
function first(connection: AwaitingHello, frame: ClientFrame): Outcome {
  if (frame.ok && frame.header.type === 'hello') return onHello(connection, frame.header);
  if (!frame.ok && (frame.type === undefined || frame.type === 'hello')) return turnDown(connection, frame);
  const id = frame.ok ? idOf(frame.header) : frame.id;
  return end(connection, 'bad_request', { first: [refused(id, errorBody('hello_required'))] });
}

function whileWelcomed(connection: Welcomed, { header }: GoodFrame): Outcome {
  switch (header.type) {
    case 'hello':
      return refuse(connection, header, 'already_welcome');
    case 'join':
      return onJoin(connection, header);
    case 'refresh':
      return onRefresh(connection, header);
    case 'ping':
      return pong(connection, header);
    case 'quality':
      return unchanged(connection);
    case 'leave':
    case 'message':
    case 'update':
    case 'signal':
      return refuse(connection, header, 'not_joined');
  }
}

function whileJoined(connection: Joined, { header, payload, binary }: GoodFrame): Outcome {
  const { grants } = connection.identity;
  switch (header.type) {
    case 'hello':
      return refuse(connection, header, 'already_welcome');
    case 'join':
      return refuse(connection, header, 'already_joined');
    case 'refresh':
      return onRefresh(connection, header);
    case 'ping':
      return pong(connection, header);
    case 'quality':
      return unchanged(connection);
    case 'leave':
      return onMutation(connection, header, undefined);
    case 'message':
    case 'update':
      if (!grantsAllow(grants, header)) return refuse(connection, header, 'forbidden');
      return onMutation(connection, header, payload);
    case 'signal': {
      // Nobody may learn of a hidden participant, and a signal would tell.
      const allowed = !grants.hidden && grantsAllow(grants, header, (payload?.length ?? 0) > 0);
      if (!allowed) return refuse(connection, header, 'forbidden');
      const { seat } = connection;
      return { connection, effects: [{ do: 'signal', seat, header, binary, ...(payload && { payload }) }] };
    }
  }
}

function turnDown(connection: Open, frame: BadFrame): Outcome {
  return { connection, effects: tellBad(frame) };
}

function tellBad(frame: BadFrame): Effect[] {
  const { error, id, oversized } = frame;
  const effects: Effect[] = [
    { do: 'tally', what: { count: 'rejected', code: error.code } },
    refused(id, error),
  ];
  if (oversized !== undefined) {
    const header = { type: 'signal', ...oversized } as const;
    effects.push({ do: 'refuse-signal', header, why: turnedBack(header, 'size') });
  }
  return effects;
}

function pong(connection: Open, { id }: Ping): Outcome {
  return answer(connection, id === undefined ? { type: 'pong' } : { type: 'pong', id });
}

function isPing(frame: ClientFrame): frame is GoodFrame & { readonly header: Ping } {
  return frame.ok && frame.header.type === 'ping';
}

function idOf(header: ClientHeader): number | undefined {
  return 'id' in header ? header.id : undefined;
}
