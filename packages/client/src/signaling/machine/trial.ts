import type { ErrorBody, ErrorCode } from '@parley/protocol';
import { SignalingError } from '../signaling-error.js';
import type { ConnectionEvent, Deciding } from './events.js';
import type { Connection } from './connection.js';
import { again, ended, forgiven, open, setback, stay } from './transitions.js';
import type { Trying } from './transitions.js';
import { endReason, verdict } from './verdict.js';
import type { Closing } from './verdict.js';

const CONNECT_MS = 3_000;
const JOIN_MS = 5_000;
const STANDARD_CLOSE = 1006;
const REPLACED = 4009;
const TOKEN_EXPIRED = 4010;

/** The codes with which a connection would be closed for the reasons that a join is refused for. */
const CLOSE_CODES_OF: Partial<Record<ErrorCode, number>> = {
  outdated: REPLACED,
  token_expired: TOKEN_EXPIRED,
  unsupported: 4013,
};

/** Something happened to the connection that is on its way, or its time is up. */
export function onTrial(connection: Trying, event: ConnectionEvent, deciding: Deciding): Connection {
  const { trial } = connection;
  if (!trial) return connection;
  switch (event.event) {
    case 'timer':
    case 'online':
      if (trial.stage === 'waiting') return open(connection);
      return event.event === 'online' ? connection : failed(connection, { code: STANDARD_CLOSE }, deciding);
    case 'opening':
      return { ...connection, trial: { stage: 'opening', n: event.n, ms: CONNECT_MS } };
    case 'opened':
      return { ...connection, trial: { stage: 'joining', n: event.n, ms: JOIN_MS } };
    case 'joined':
      return taken(connection, event, deciding);
    case 'refused':
      return refused(connection, event.error, deciding);
    case 'goodbye':
    case 'closed':
      return failed(connection, event, deciding);
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

function failed(connection: Trying, { code, action, retryAfterMs }: Closing, deciding: Deciding): Connection {
  const then = verdict(code, action);
  if (then === 'stop') return stopped(connection, code, { code }, deciding);
  const [memory, first] = setback(then, connection.memory);
  return again(connection, memory, deciding, { retryAfterMs, first });
}

function refused(connection: Trying, body: ErrorBody, deciding: Deciding): Connection {
  const code = CLOSE_CODES_OF[body.code];
  if (body.retry !== 'no' && code !== TOKEN_EXPIRED) {
    return again(connection, connection.memory, deciding, body);
  }
  return stopped(connection, code, { error: new SignalingError(body) }, deciding);
}

interface Why {
  readonly code?: number;
  readonly error?: SignalingError;
}

/** A definite refusal ends a client; one that is still connected stays where it is, for as long as it can. */
function stopped(connection: Trying, code: number | undefined, why: Why, deciding: Deciding): Connection {
  const { memory } = connection;
  if (code === TOKEN_EXPIRED && deciding.renewable && !memory.renewed) {
    // Once with a fresh one.
    return again(connection, { ...memory, renewed: true }, deciding, { first: 'fresh-token' });
  }
  return connection.name === 'joined' && code !== REPLACED ? stay(connection) : ended(endReason(code), why);
}
