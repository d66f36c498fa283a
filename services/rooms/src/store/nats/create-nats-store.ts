import { createNatsBucket, natsToken } from '@parley/bus/nats';
import type { BucketEntry, NatsBucket } from '@parley/bus/nats';
import { samePosition } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import type { RoomRef } from '@parley/protocol/internal';
import type { Clock } from '@parley/kit';

import type { Store } from '../port.js';
import { decodeRoomValue, encodeRoomValue, positionOfValue } from './nats-room-value.js';

/** What a NATS store works with. */
export interface NatsStoreOptions {
  /**
   * `nats://` or `tls://`, with credentials and several servers if need be; `?bucket=parley_rooms`, `?replicas=3`,
   * `?storage=memory` and `?maxBytes=…` say how the bucket is created where there is none.
   */
  readonly url: string;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Default an hour. */
  readonly ttlMs?: number;
  readonly onFault?: (error: unknown) => void;
}

const FORGET_MS = 3_600_000;
/** Every call of the store, all its round trips together. */
const CALL_MS = 2_000;
const MAX_ATTEMPTS = 4;
/** A room's key has a dot in it. */
const PING_KEY = 'ping';

/**
 * Creates the NATS driver of the store: one value a room in a JetStream key-value bucket, replaced only at the revision
 * that was read, whose position was the expected one. The bucket forgets a value an hour after it was written. No
 * revision is kept between calls: a store that came back older counts revisions that it has given before. Throws a
 * RangeError for a malformed URL.
 */
export function createNatsStore({ url, clock, ttlMs = FORGET_MS, onFault }: NatsStoreOptions): Store {
  const bucket = createNatsBucket({ url, timers: clock, ttlMs, ...(onFault && { onFault }) });
  const replace = (
    room: RoomRef,
    expected: Position | undefined,
    next: (entry: BucketEntry) => Uint8Array | undefined,
  ): Promise<'ok' | 'conflict'> => replaceValue({ bucket, clock }, keyOf(room), { expected, next });
  return {
    load: async (room) => {
      const { value } = await bucket.get(keyOf(room), CALL_MS);
      return value && decodeRoomValue(value);
    },
    commit: async (room, expected, next) => {
      const value = encodeRoomValue(next);
      return replace(room, expected, () => value);
    },
    // The same value again, from when on its time counts anew.
    touch: (room, expected) => replace(room, expected, ({ value }) => value),
    ping: async () => void (await bucket.get(PING_KEY, CALL_MS)),
    close: () => bucket.close(),
  };
}

/** Tries again when somebody wrote in between and the position is still the expected one: a touch changes none. */
async function replaceValue(
  { bucket, clock }: { readonly bucket: NatsBucket; readonly clock: Pick<Clock, 'now'> },
  key: string,
  {
    expected,
    next,
  }: {
    readonly expected: Position | undefined;
    readonly next: (entry: BucketEntry) => Uint8Array | undefined;
  },
): Promise<'ok' | 'conflict'> {
  const endsAt = clock.now() + CALL_MS;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const entry = await bucket.get(key, Math.max(1, endsAt - clock.now()));
    if (!isAt(entry, expected)) return 'conflict';
    const value = next(entry);
    if (value === undefined) return 'conflict';
    const written = { value, revision: entry.revision };
    if (await bucket.put(key, written, Math.max(1, endsAt - clock.now()))) return 'ok';
  }
  throw new Error('the room was written by others again and again');
}

function isAt({ value }: BucketEntry, expected: Position | undefined): boolean {
  if (value === undefined || expected === undefined) return value === expected;
  return samePosition(positionOfValue(value), expected);
}

function keyOf({ app, room }: RoomRef): string {
  return `${natsToken(app)}.${natsToken(room)}`;
}
