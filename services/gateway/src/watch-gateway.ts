import { watchQueues } from '@parley/kit';
import type { Cancel, Clock, Service, Telemetry } from '@parley/kit';
import type { Load, LoadWatch } from './admission/load.js';
import type { RoomCopies } from './rooms/room-copies.js';

/** What is watched. */
export interface GatewayWatchOptions {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly load: Pick<LoadWatch, 'load' | 'readings'>;
  readonly copies: Pick<RoomCopies, 'fill'>;
}

/** Puts into gauges how loaded a gateway is, and how full its queues are. */
export interface GatewayWatch extends Pick<Service, 'start' | 'stop'> {
  /** A socket's buffer takes this share of its bound. */
  buffered(share: number): void;
}

const LOOK_MS = 500;
const LEVELS: Readonly<Record<Load, number>> = { normal: 0, busy: 1, overloaded: 2 };

/** Creates a stopped watch. */
export function watchGateway({ clock, telemetry, load, copies }: GatewayWatchOptions): GatewayWatch {
  let fullest = 0;
  let cancel: Cancel | undefined;
  const queues = watchQueues({
    ...{ clock, telemetry },
    fills: () => {
      const used = fullest;
      fullest = 0;
      const fill = copies.fill();
      return {
        'socket-buffer': { used },
        'room-copies': { used: fill.copies },
        'replay-rings': { used: fill.rings },
      };
    },
  });
  const look = (): void => {
    const { lagMs, memory } = load.readings();
    telemetry.gauge('parley_gateway_load_level', LEVELS[load.load()]);
    telemetry.gauge('parley_gateway_load_lag_seconds', lagMs / 1_000);
    telemetry.gauge('parley_gateway_load_memory_ratio', memory);
  };
  return {
    buffered: (share) => void (fullest = Math.max(fullest, share)),
    start: async () => {
      cancel ??= clock.every(LOOK_MS, look);
      await queues.start();
    },
    stop: async () => {
      cancel?.();
      cancel = undefined;
      await queues.stop();
    },
  };
}
