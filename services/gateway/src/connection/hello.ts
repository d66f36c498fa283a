import { errorBody } from '@parley/protocol';
import type { Hello, Refresh } from '@parley/protocol';
import { refreshAllowed } from '../auth/refresh-allowed.js';
import type { AwaitingHello, Joined, Joining, Preparing, Verifying, Welcomed } from './connection.js';
import type { Effect } from './effect.js';
import type { Verification } from './input.js';
import { answer, commonOf, end, granted, refuse, refused, unchanged } from './outcome.js';
import type { Outcome } from './outcome.js';

/** A token's connection ends this long after its expiry: the verifier tolerates as much (TOKEN-2). */
export const EXPIRY_GRACE_MS = 5_000;

/** A connection that has said who it is. */
export type Known = Welcomed | Joining | Preparing | Joined;

/** The first frame was in order: its token is verified. */
export function onHello(connection: AwaitingHello, hello: Hello): Outcome {
  const serial = connection.serial + 1;
  const offered = hello.features ?? [];
  const features = connection.rules.features.filter((feature) => offered.includes(feature));
  return {
    connection: { ...commonOf(connection), serial, state: 'verifying', hello: hello.id, features, held: [] },
    effects: [{ do: 'verify', serial, token: hello.token }],
  };
}

/** The token of `hello` was judged: welcome, or the end (TOKEN-1). */
export function onHelloVerified(connection: Verifying, result: Verification): Outcome {
  const { hello: id, features, held, rules } = connection;
  if (!result.ok) return refuseHello(connection, result.error);
  const { identity } = result;
  const effects: Effect[] = [
    { do: 'tally', what: { count: 'hello', result: 'ok' } },
    { do: 'token-timer', at: identity.expiresAt + EXPIRY_GRACE_MS },
    {
      do: 'send',
      header: { type: 'welcome', id, gateway: rules.gateway, features, limits: rules.limits },
    },
  ];
  return { connection: { ...commonOf(connection), state: 'welcomed', identity }, effects, held };
}

function refuseHello(
  connection: Verifying,
  error: (Verification & { readonly ok: false })['error'],
): Outcome {
  const first: Effect[] = [
    { do: 'tally', what: { count: 'hello', result: error } },
    refused(connection.hello, errorBody(error)),
  ];
  if (error === 'token_invalid') first.push({ do: 'charge', offence: 'bad-token' });
  if (error === 'token_expired') return end(connection, 'token_expired', { first });
  if (error === 'unavailable') return end(connection, 'overloaded', { first, retryAfterMs: 1_000 });
  return end(connection, 'forbidden', { first });
}

/** A newer token is verified while everything else goes on. */
export function onRefresh(connection: Known, refresh: Refresh): Outcome {
  if (connection.refreshing !== undefined) return refuse(connection, refresh, 'rate_limited');
  const serial = connection.serial + 1;
  return {
    connection: { ...connection, serial, refreshing: { id: refresh.id, serial } },
    effects: [{ do: 'verify', serial, token: refresh.token }],
  };
}

/** The newer token takes the earlier one's place, or is refused and the earlier one stays in force (TOKEN-3). */
export function onRefreshVerified(connection: Known, serial: number, result: Verification): Outcome {
  const { refreshing, ...rest } = connection;
  if (refreshing?.serial !== serial) return unchanged(connection);
  const { id } = refreshing;
  if (!result.ok) {
    const told = answer(rest, { type: 'reply', id, error: errorBody(result.error) });
    if (result.error !== 'token_invalid') return told;
    return { ...told, effects: [...told.effects, { do: 'charge', offence: 'bad-token' }] };
  }
  const { identity } = result;
  if (!refreshAllowed(connection.identity, identity, roomOf(connection))) {
    return answer(rest, { type: 'reply', id, error: errorBody('forbidden') });
  }
  return {
    connection: { ...rest, identity },
    effects: [{ do: 'token-timer', at: identity.expiresAt + EXPIRY_GRACE_MS }, granted(id, {})],
  };
}

function roomOf(connection: Known): string | undefined {
  switch (connection.state) {
    case 'welcomed':
      return undefined;
    case 'joining':
      return connection.join.room.room;
    case 'preparing':
    case 'joined':
      return connection.seat.room.room;
  }
}
