import { errorBody } from '@parley/protocol';
import type { ClientFrame } from './client-frame.js';
import type { Joining, Preparing, Verifying } from './connection.js';
import type { Effect } from './effect.js';
import { limited, refused } from './outcome.js';
import type { Outcome } from './outcome.js';

const RETRY_MS = 100;

/** Keeps a frame until what is under way is answered (HELLO-3), or refuses it when too many wait already. */
export function hold(connection: Verifying | Joining | Preparing, frame: ClientFrame): Outcome {
  const { held, rules } = connection;
  const bytes = held.reduce((sum, one) => sum + sizeOf(one), sizeOf(frame));
  if (held.length >= rules.maxHeldFrames || bytes > rules.maxHeldBytes) {
    return { connection, effects: [limited('held'), ...turnAway(connection, frame)] };
  }
  return { connection: { ...connection, held: [...held, keep(frame)] }, effects: [] };
}

function turnAway(connection: Verifying | Joining | Preparing, frame: ClientFrame): Effect[] {
  if (!frame.ok) return [refused(frame.id, frame.error)];
  const { header } = frame;
  if (header.type === 'signal' && connection.state !== 'verifying') {
    return [{ do: 'refuse-signal', header, why: { nack: 'wait', retryAfterMs: RETRY_MS } }];
  }
  const id = 'id' in header ? header.id : undefined;
  return [refused(id, errorBody('rate_limited', undefined, RETRY_MS))];
}

function sizeOf(frame: ClientFrame): number {
  return frame.ok ? (frame.payload?.length ?? 0) : 0;
}

/** The payload is a view of a buffer that the driver takes back. */
function keep(frame: ClientFrame): ClientFrame {
  return frame.ok && frame.payload !== undefined ? { ...frame, payload: frame.payload.slice() } : frame;
}
