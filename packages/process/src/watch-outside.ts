import type { Bus, BusStatus, Canary, Directory, Endpoint } from '@parley/bus';
import { watchQueues } from '@parley/kit';
import type { Clock, MetricDefinition, Service, Telemetry } from '@parley/kit';

/** What a process of a cluster tells of what it stands on. */
export const OUTSIDE_METRICS = [
  {
    name: 'parley_degraded',
    type: 'gauge',
    help: 'Whether the process cannot do its work for a reason from outside, by reason: bus-unheard, store-unheard.',
    labels: ['reason'],
  },
  { name: 'parley_ready', type: 'gauge', help: 'Whether /readyz answers 200.' },
  { name: 'parley_draining', type: 'gauge', help: 'Whether the process is going away.' },
  {
    name: 'parley_cluster_members',
    type: 'gauge',
    help: 'Processes that this one hears, itself included, by role: gateway, rooms, turn-credentials.',
    labels: ['role'],
    values: [['gateway', 'rooms', 'turn-credentials']],
  },
  {
    name: 'parley_bus_lateness_seconds',
    type: 'gauge',
    help: 'Age of the oldest message to itself over the bus that has not come back, else the time that the last one took.',
  },
  {
    name: 'parley_bus_status_total',
    type: 'counter',
    help: 'What the bus told of its links, by kind: connected, disconnected, reset (messages may be lost), dropped.',
    labels: ['kind'],
    values: [['connected', 'disconnected', 'reset', 'dropped']],
  },
] as const satisfies readonly MetricDefinition[];

/** What is watched. */
export interface OutsideWatchOptions {
  readonly bus: Pick<Bus, 'onStatus'>;
  readonly canary: Pick<Canary, 'lateness'>;
  readonly directory: Pick<Directory, 'live'>;
  readonly endpoint: Pick<Endpoint, 'fill'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** For each reason that there may be, whether it holds now. */
  readonly reasons: ReadonlyMap<string, () => boolean>;
  readonly ready: () => boolean;
  readonly draining: () => boolean;
}

const ROLES = ['gateway', 'rooms', 'turn-credentials'] as const;
const LOOK_MS = 500;
/** While there is no link, its reasons may change with every attempt. */
const LOG_PAUSE_MS = 10_000;

/**
 * Creates a watch, which puts into metrics and log what becomes of the bus and of other things outside. It listens to the bus
 * at once.
 */
export function watchOutside(options: OutsideWatchOptions): Service {
  const { bus, canary, directory, endpoint, clock, telemetry, reasons } = options;
  let loggedAt = -Infinity;
  const queues = watchQueues({
    ...{ clock, telemetry },
    fills: () => {
      const { outbound, requests, answers } = endpoint.fill();
      return { 'bus-outbound': outbound, 'bus-requests': requests, 'bus-answers': answers };
    },
  });
  const look = (): void => {
    telemetry.gauge('parley_ready', Number(options.ready()));
    telemetry.gauge('parley_draining', Number(options.draining()));
    for (const role of ROLES)
      telemetry.gauge('parley_cluster_members', directory.live(role).length, { role });
    telemetry.gauge('parley_bus_lateness_seconds', canary.lateness() / 1_000);
    for (const [reason, holds] of reasons) telemetry.gauge('parley_degraded', holds() ? 1 : 0, { reason });
  };
  const tell = (status: BusStatus): void => {
    telemetry.count('parley_bus_status_total', { kind: status.kind });
    if (status.kind === 'disconnected' && clock.now() - loggedAt >= LOG_PAUSE_MS) {
      loggedAt = clock.now();
      telemetry.log('warn', 'bus-disconnected', { reason: status.reason ?? 'unknown' });
    }
    if (status.kind === 'connected') {
      loggedAt = -Infinity;
      telemetry.log('info', 'bus-connected', {});
    }
  };
  // From now on: why the bus does not come up is told once, and that may be before anything is started.
  const ends = [bus.onStatus(tell)];
  return {
    start: async () => {
      ends.push(clock.every(LOOK_MS, look));
      await queues.start();
    },
    drain: async () => undefined,
    stop: async () => {
      for (const end of ends.splice(0)) end();
      await queues.stop();
    },
  };
}
