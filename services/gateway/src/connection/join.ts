import { errorBody } from '@parley/protocol';
import type { IceServer, Join, Position } from '@parley/protocol';
import type { CommandReply, RoomRef } from '@parley/protocol/internal';
import { grantsAllow } from '../auth/grants-allow.js';
import type { Closing, JoinInFlight, Joining, Preparing, SeatRef, Welcomed } from './connection.js';
import type { Effect, Tally } from './effect.js';
import { end, granted, identifiedOf, refuse, refused, unchanged } from './outcome.js';
import type { Outcome } from './outcome.js';

const RETRY_MS = 1_000;

/** Asks the owner, if the token grants the room (TOKEN-5: without looking whether there is one). */
export function onJoin(connection: Welcomed, join: Join): Outcome {
  const { identity, told } = connection;
  const place: RoomRef = { app: identity.app, room: join.room };
  if (!grantsAllow(identity.grants, join)) {
    return tallied(refuse(connection, join, 'forbidden'), {
      count: 'join',
      result: 'forbidden',
      room: place,
    });
  }
  if (told !== undefined) {
    const effects = [refused(join.id, errorBody('draining', undefined, RETRY_MS))];
    return tallied({ connection, effects }, { count: 'join', result: 'draining', room: place });
  }
  const serial = connection.serial + 1;
  const { id, n, at } = join;
  const asked: JoinInFlight = { id, serial, room: place, n, ...(at && { at }) };
  return {
    connection: { ...identifiedOf(connection), serial, state: 'joining', join: asked, held: [] },
    effects: [{ do: 'join', asked, join, identity }],
  };
}

/** The owner has answered: a seat, or an error and the connection is as before. */
export function onJoinAnswered(connection: Joining, reply: CommandReply): Outcome {
  const { join: asked, held } = connection;
  if (!reply.ok || reply.you === undefined) {
    const code = reply.ok ? 'internal' : reply.error;
    const error = errorBody(code, undefined, reply.ok ? undefined : reply.retryAfterMs);
    // That there is no owner at the moment is not the client's fault.
    const hinted = connection.hinted && error.retry === 'no';
    const outcome: Outcome = {
      connection: { ...identifiedOf(connection), hinted, state: 'welcomed' },
      effects: [...wanted(asked, 'refused'), refused(asked.id, error)],
      held,
    };
    return tallied(outcome, { count: 'join', result: code, room: asked.room });
  }
  const { room, n } = asked;
  const seat: SeatRef = { room, you: reply.you, n, resumed: reply.resumed === true };
  const fresh: Effect[] = connection.hinted && !seat.resumed ? [{ do: 'count-fresh' }] : [];
  return tallied(
    {
      connection: { ...identifiedOf(connection), hinted: false, state: 'preparing', join: asked, seat, held },
      effects: [...fresh, ...(seat.resumed ? [] : wanted(asked, 'lost')), { do: 'prepare', asked, seat }],
    },
    { count: 'join', result: seat.resumed ? 'resumed' : 'joined', seat },
  );
}

/** Everything for the reply is there; what the room holds follows it (JOIN-1). */
export function onPrepared(
  connection: Preparing,
  { at, iceServers }: { readonly at: Position; readonly iceServers: readonly IceServer[] },
): Outcome {
  const { join: asked, seat, held } = connection;
  const { you, resumed } = seat;
  // Only who was there before can have a position in this room that batches lead on from.
  const from = resumed && asked.at !== undefined ? { at: asked.at } : {};
  return {
    connection: { ...identifiedOf(connection), state: 'joined', seat, queue: [] },
    effects: [granted(asked.id, { you, resumed, at, iceServers }), { do: 'catch-up', ...from }],
    held,
  };
}

/** The participant had gone before its connection could take the seat; the client may join anew. */
export function onUnprepared(connection: Preparing): Outcome {
  const { join: asked, held } = connection;
  const effects = [refused(asked.id, errorBody('unavailable', undefined, RETRY_MS))];
  return { connection: { ...identifiedOf(connection), state: 'welcomed' }, effects, held };
}

/** A join that was under way when its connection ended: if it succeeded, it is given back. */
export function onOrphanAnswered(connection: Closing, serial: number, reply: CommandReply): Outcome {
  const { orphan, ...rest } = connection;
  if (orphan?.serial !== serial) return unchanged(connection);
  return { connection: rest, effects: reply.ok ? [{ do: 'abandon', asked: orphan, reply }] : [] };
}

/** The time of a hinted connection is up: it has joined, waits for an answer of ours, or ends and is charged (CONN-3). */
export function onResumeDue(connection: Exclude<Outcome['connection'], Closing>): Outcome {
  const { hinted, state } = connection;
  if (!hinted || state === 'verifying' || state === 'joining') return unchanged(connection);
  return end(connection, 'rate_limited', {
    first: [{ do: 'charge', offence: 'false-resume' }],
    retryAfterMs: RETRY_MS,
  });
}

/** Who says where it was wanted to resume, and did not. */
function wanted({ at }: JoinInFlight, outcome: 'lost' | 'refused'): Effect[] {
  return at === undefined ? [] : [{ do: 'tally', what: { count: 'resume', outcome } }];
}

function tallied(outcome: Outcome, what: Tally): Outcome {
  return { ...outcome, effects: [{ do: 'tally', what }, ...outcome.effects] };
}
