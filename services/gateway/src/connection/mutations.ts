import { errorBody } from '@parley/protocol';
import type { Leave, MessageRequest, Update } from '@parley/protocol';
import type { CommandReply } from '@parley/protocol/internal';
import type { SessionEnd } from '../rooms/room-copies.js';
import type { Joined, Mutation } from './connection.js';
import type { Effect } from './effect.js';
import { endSeated, granted, identifiedOf, limited, refused, unchanged } from './outcome.js';
import type { Outcome } from './outcome.js';

const RETRY_MS = 100;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes a request that changes the room: the owner is asked for one at a time, in their order. */
export function onMutation(
  connection: Joined,
  header: Leave | Update | MessageRequest,
  payload: Uint8Array | undefined,
): Outcome {
  const mutation = readMutation(header, payload);
  if (mutation === undefined) {
    const effects = [refused(header.id, errorBody('bad_request', 'payload: not UTF-8'))];
    return { connection, effects };
  }
  if (connection.pending === undefined) return ask(connection, mutation);
  const { queue, rules } = connection;
  if (queue.length >= rules.maxQueued) {
    const told = refused(header.id, errorBody('rate_limited', undefined, RETRY_MS));
    return { connection, effects: [limited('requests'), told] };
  }
  return { connection: { ...connection, queue: [...queue, mutation] }, effects: [] };
}

/** The owner has answered the one that is outstanding; the next is asked for. */
export function onCommanded(connection: Joined, serial: number, reply: CommandReply): Outcome {
  const { pending, ...rest } = connection;
  if (pending?.serial !== serial) return unchanged(connection);
  if (pending.type === 'leave' && hasLeft(reply)) return leave(connection, reply);
  if (pending.ended !== undefined) return endSeated(connection, pending.ended);
  const told = reply.ok
    ? granted(pending.id, { at: reply.at })
    : refused(pending.id, errorBody(reply.error, undefined, reply.retryAfterMs));
  return next(rest, [told]);
}

/**
 * The participant is not this connection's any more. While a `leave` is outstanding that is what was asked for, and the
 * owner's answer, which tells the position, is still to come.
 */
export function onJoinedEnded(connection: Joined, why: SessionEnd): Outcome {
  const { pending } = connection;
  if (why === 'replaced' || pending?.type !== 'leave') return endSeated(connection, why);
  return unchanged({ ...connection, pending: { ...pending, ended: why } });
}

function hasLeft(reply: CommandReply): boolean {
  return reply.ok || reply.error === 'not_joined';
}

function leave(connection: Joined, reply: CommandReply): Outcome {
  const { seat, pending, queue } = connection;
  const id = pending?.id ?? 0;
  const effects: Effect[] = [
    { do: 'unseat', seat, disconnected: false },
    reply.ok ? granted(id, { at: reply.at }) : refused(id, errorBody('not_joined')),
    ...queue.map(({ header }) => refused(header.id, errorBody('not_joined'))),
  ];
  return { connection: { ...identifiedOf(connection), state: 'welcomed' }, effects };
}

function next(connection: Joined, effects: readonly Effect[]): Outcome {
  const [first, ...queue] = connection.queue;
  if (first === undefined) return { connection, effects };
  const asked = ask({ ...connection, queue }, first);
  return { ...asked, effects: [...effects, ...asked.effects] };
}

function ask(connection: Joined, mutation: Mutation): Outcome {
  const serial = connection.serial + 1;
  const { id, type } = mutation.header;
  return {
    connection: { ...connection, serial, pending: { id, type, serial } },
    effects: [{ do: 'command', serial, seat: connection.seat, mutation }],
  };
}

function readMutation(
  header: Leave | Update | MessageRequest,
  payload: Uint8Array | undefined,
): Mutation | undefined {
  if (header.type === 'leave' || header.type === 'update') return { header } as Mutation;
  try {
    return { header, data: decoder.decode(payload) };
  } catch {
    return undefined;
  }
}
