import type { ErrorBody, Goodbye } from '@parley/protocol';
import { fromErrorBody } from '../signaling-error.js';
import type { SignalingError } from '../signaling-error.js';
import type { ConnectionEvent, Deciding } from './events.js';
import { again, ended, on, open, setback, stay, unchanged } from './outcome.js';
import type { Outcome, Trying } from './outcome.js';
import { endReason, verdict } from './verdict.js';

const CONNECT_MS = 3_000;
const JOIN_MS = 5_000;
const STANDARD_CLOSE = 1006;

/** Something happened to the connection that is on its way, or its time is up. */
export function onTrial(connection: Trying, event: ConnectionEvent, deciding: Deciding): Outcome {
  const { trial, memory } = connection;
  if (trial === undefined) return unchanged(connection);
  switch (event.event) {
    case 'timer':
    case 'online':
      if (trial.stage === 'waiting') return on(connection, open(memory, deciding));
      return event.event === 'online' ? unchanged(connection) : failed(connection, STANDARD_CLOSE, deciding);
    case 'opening':
      return advance(connection, { stage: 'opening', n: event.n, ms: CONNECT_MS });
    case 'opened': {
      const effects = [{ do: 'greet', n: event.n }] as const;
      return { ...advance(connection, { stage: 'joining', n: event.n, ms: JOIN_MS }), effects };
    }
    case 'joined':
      return taken(connection, event, deciding);
    case 'refused':
      return refused(connection, event.error, deciding);
    case 'goodbye':
      return failed(connection, event.goodbye.code, deciding, event.goodbye);
    case 'closed':
      return failed(connection, event.code, deciding);
    default:
      return unchanged(connection);
  }
}

function advance(connection: Trying, trial: NonNullable<Trying['trial']>): Outcome {
  return unchanged({ ...connection, trial });
}

/** The next connection is there: it carries everything from now on, and an earlier one is closed. */
function taken(
  { memory }: Trying,
  { n, resumeMs }: Extract<ConnectionEvent, { readonly event: 'joined' }>,
  { now }: Deciding,
): Outcome {
  const failures = memory.penalised ? memory.failures : 0;
  const joined = { ...memory, failures, renewed: false, seat: { resumeMs } };
  return {
    connection: { name: 'joined', memory: joined, n, since: now(), degraded: false },
    effects: [{ do: 'adopt', n }],
  };
}

function failed(connection: Trying, code: number, deciding: Deciding, told?: Goodbye): Outcome {
  const then = verdict(code, told?.action);
  if (then !== 'stop') {
    const { memory, effects } = setback(then, connection.memory);
    return again(connection, memory, deciding, { retryAfterMs: told?.retryAfterMs, effects });
  }
  if (code === 4010) return renew(connection, deciding, { code });
  return forbidden(connection, ended(endReason(code), { code }), code === 4009);
}

function refused(connection: Trying, body: ErrorBody, deciding: Deciding): Outcome {
  const error = fromErrorBody(body);
  if (body.code === 'token_expired') return renew(connection, deciding, { error });
  if (body.retry !== 'no') {
    return again(connection, connection.memory, deciding, { retryAfterMs: body.retryAfterMs });
  }
  if (body.code === 'outdated') return ended('replaced', { error });
  const reason = body.code === 'unsupported' ? 'unsupported' : 'refused';
  return forbidden(connection, ended(reason, { error }), false);
}

/** A definite refusal ends a client; one that is still connected stays where it is, for as long as it can. */
function forbidden(connection: Trying, end: Outcome, evenConnected: boolean): Outcome {
  return connection.name === 'joined' && !evenConnected ? stay(connection) : end;
}

/** The token has expired: once with a fresh one, if there is a way to get it. */
function renew(
  connection: Trying,
  deciding: Deciding,
  why: { code?: number; error?: SignalingError },
): Outcome {
  const { memory } = connection;
  if (!deciding.renewable || memory.renewed) return forbidden(connection, ended('token-expired', why), false);
  const effects = [{ do: 'fresh-token' }] as const;
  return again(connection, { ...memory, renewed: true }, deciding, { effects });
}
