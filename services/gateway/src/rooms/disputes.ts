import type { Endpoint } from '@parley/bus';
import type { Cancel, Clock, Telemetry } from '@parley/kit';
import { encodeRecord } from '@parley/protocol/internal';
import type { RoomRef } from '@parley/protocol/internal';
import { toListing } from './listing.js';
import type { RoomCopy } from './room-copy.js';
import type { RoomMetric } from './telemetry.js';

/** Asks owners to judge rooms whose copy does not have an own connected member as it should. */
export interface Disputes {
  /** A listing goes to the owner at the end of this turn, or a second after the last one of that room. */
  raise(copy: RoomCopy): void;
  stop(): void;
}

/** What disputes work with. */
export interface DisputesDeps {
  readonly endpoint: Pick<Endpoint, 'id' | 'send'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly ownerOf: (room: RoomRef) => string | undefined;
}

const PAUSE_MS = 1_000;

/** Creates them. */
export function createDisputes({ endpoint, clock, telemetry, ownerOf }: DisputesDeps): Disputes {
  const pausing = new Map<RoomCopy, { again: boolean; cancel: Cancel }>();
  let stopped = false;
  const tell = (copy: RoomCopy): void => {
    const owner = ownerOf(copy.ref);
    if (stopped || owner === undefined || copy.sessions.size === 0) return;
    const metric: RoomMetric = 'parley_gateway_listings_total';
    telemetry.count(metric, { cause: 'dispute' });
    endpoint.send(owner, encodeRecord(toListing(copy.ref, endpoint.id, copy)));
  };
  const raise = (copy: RoomCopy): void => {
    const pause = pausing.get(copy);
    if (stopped || pause !== undefined) {
      if (pause !== undefined) pause.again = true;
      return;
    }
    const cancel = clock.after(PAUSE_MS, () => {
      const again = pausing.get(copy)?.again === true;
      pausing.delete(copy);
      if (again) raise(copy);
    });
    pausing.set(copy, { again: false, cancel });
    clock.soon(() => tell(copy));
  };
  return {
    raise,
    stop: () => {
      stopped = true;
      for (const { cancel } of pausing.values()) cancel();
      pausing.clear();
    },
  };
}
