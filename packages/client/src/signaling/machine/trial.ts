import type { ErrorBody, Goodbye } from '@parley/protocol';
import { fromErrorBody } from '../signaling-error.js';
import type { SignalingError } from '../signaling-error.js';
import type { ConnectionEvent, Deciding } from './events.js';
import type { Connection } from './connection.js';
import { again, ended, forgiven, open, setback, stay } from './transitions.js';
import type { Trying } from './transitions.js';
import { endReason, verdict } from './verdict.js';

const CONNECT_MS = 3_000;
const JOIN_MS = 5_000;
const STANDARD_CLOSE = 1006;

/** Something happened to the connection that is on its way, or its time is up. */
export function onTrial(connection: Trying, event: ConnectionEvent, deciding: Deciding): Connection {
  const { trial } = connection;
  if (trial === undefined) return connection;
  switch (event.event) {
    case 'timer':
    case 'online':
      if (trial.stage === 'waiting') return open(connection);
      return event.event === 'online' ? connection : failed(connection, STANDARD_CLOSE, deciding);
    case 'opening':
      return { ...connection, trial: { stage: 'opening', n: event.n, ms: CONNECT_MS } };
    case 'opened':
      return { ...connection, trial: { stage: 'joining', n: event.n, ms: JOIN_MS } };
    case 'joined':
      return taken(connection, event, deciding);
    case 'refused':
      return refused(connection, event.error, deciding);
    case 'goodbye':
      return failed(connection, event.goodbye.code, deciding, event.goodbye);
    case 'closed':
      return failed(connection, event.code, deciding);
    default:
      return connection;
  }
}

/** The next connection is there: it carries everything from now on, and an earlier one is closed. */
function taken(
  { memory }: Trying,
  { n, resumeMs }: Extract<ConnectionEvent, { readonly event: 'joined' }>,
  { now }: Deciding,
): Connection {
  const joined = { ...forgiven(memory), renewed: false, seat: { resumeMs } };
  return { name: 'joined', memory: joined, n, since: now(), degraded: false };
}

function failed(connection: Trying, code: number, deciding: Deciding, told?: Goodbye): Connection {
  const then = verdict(code, told?.action);
  if (then !== 'stop') {
    return again(connection, setback(then, connection.memory), deciding, told?.retryAfterMs);
  }
  if (code === 4010) return renew(connection, deciding, { code });
  return forbidden(connection, ended(endReason(code), { code }), code === 4009);
}

function refused(connection: Trying, body: ErrorBody, deciding: Deciding): Connection {
  const error = fromErrorBody(body);
  if (body.code === 'token_expired') return renew(connection, deciding, { error });
  if (body.retry !== 'no') {
    return again(connection, connection.memory, deciding, body.retryAfterMs);
  }
  if (body.code === 'outdated') return ended('replaced', { error });
  const reason = body.code === 'unsupported' ? 'unsupported' : 'refused';
  return forbidden(connection, ended(reason, { error }), false);
}

/** A definite refusal ends a client; one that is still connected stays where it is, for as long as it can. */
function forbidden(connection: Trying, end: Connection, evenConnected: boolean): Connection {
  return connection.name === 'joined' && !evenConnected ? stay(connection) : end;
}

/** The token has expired: once with a fresh one, if there is a way to get it. */
function renew(
  connection: Trying,
  deciding: Deciding,
  why: { code?: number; error?: SignalingError },
): Connection {
  const { memory } = connection;
  if (!deciding.renewable || memory.renewed) return forbidden(connection, ended('token-expired', why), false);
  const renewing = { ...memory, renewed: true, renewals: memory.renewals + 1 };
  return again(connection, renewing, deciding, undefined);
}
