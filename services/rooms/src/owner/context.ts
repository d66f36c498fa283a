import { ownerOf } from '@parley/bus';
import type { Bus, Endpoint, HearingDirectory } from '@parley/bus';
import type { Clock, Random, Telemetry, Tracer } from '@parley/kit';

import type { Store } from '../store/port.js';
import type { RoomsConfig } from './config.js';
import type { OwnedRoom } from './owned-room.js';
import type { Sleeper } from './sleeper.js';

/** What an owner of rooms works with. */
export interface RoomsDeps {
  /** What tells that messages may have been lost. */
  readonly bus: Pick<Bus, 'onStatus'>;
  readonly endpoint: Endpoint;
  readonly directory: HearingDirectory;
  readonly store: Store;
  readonly clock: Clock;
  /** Time that stands still while this process's canary or store is not fresh. */
  readonly healthy: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly config?: Partial<RoomsConfig>;
}

/** The state of one process that owns rooms. */
export interface Context extends RoomsDeps {
  readonly config: RoomsConfig;
  readonly rooms: Map<string, OwnedRoom>;
  readonly sleeper: Sleeper;
  /** When gateways that were lost had last been heard, on healthy time. */
  readonly lastHeard: Map<string, number>;
  /** Rooms with somebody away. */
  readonly awayRooms: Set<OwnedRoom>;
  /** When the store was last found to have lost writes: what it confirmed before then has to be looked at again. */
  lostAt: number;
  /** Jobs that wait, in all rooms. */
  queued: number;
  /** Replicas that may own, as the directory last told. */
  owners: readonly string[];
  /** On healthy time; undefined before the start. */
  startedAt: number | undefined;
  draining: boolean;
  stopped: boolean;
}

/** Whether the directory has listened for long enough to be believed about who is not there. */
export function isWarm({ startedAt, healthy, config }: Context): boolean {
  return startedAt !== undefined && healthy.now() - startedAt >= config.warmMs;
}

/** Whether this replica may own rooms now, as its own heartbeat tells; a draining one still answers who asks it. */
export function canOwn({ directory, endpoint, startedAt, draining, stopped }: Context): boolean {
  if (startedAt === undefined || stopped) return false;
  const self = directory.live('rooms').find(({ id }) => id === endpoint.id);
  return draining || self?.canOwn === true;
}

/** Whether placement puts the room on another replica; not so while there is none. */
export function isElsewhere({ owners, endpoint }: Context, room: OwnedRoom): boolean {
  return (ownerOf(room.key, owners) ?? endpoint.id) !== endpoint.id;
}

/** Whether placement puts the room here. */
export function isOwner({ owners, endpoint }: Context, room: OwnedRoom): boolean {
  return ownerOf(room.key, owners) === endpoint.id;
}
