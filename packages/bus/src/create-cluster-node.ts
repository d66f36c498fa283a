import type { Bus } from './bus.js';
import { createCanary } from './create-canary.js';
import type { Canary } from './create-canary.js';
import { createDirectory } from './create-directory.js';
import type { HearingDirectory } from './create-directory.js';
import { createEndpoint } from './create-endpoint.js';
import type { EndpointFault } from './create-endpoint.js';
import type { Endpoint } from './endpoint.js';
import type { HeartbeatState } from './heartbeat.js';
import type { Timers } from './timers.js';

/** Time that stands still while the process is not healthy, and can be ended. */
export interface HealthyTimers extends Timers {
  stop(): void;
}

/** What every process of a cluster stands on: its endpoint, what it knows of the others, and whether it hears them. */
export interface ClusterNode<H extends HealthyTimers = HealthyTimers> {
  readonly bus: Bus;
  readonly endpoint: Endpoint;
  readonly directory: HearingDirectory;
  readonly canary: Canary;
  /** Advances only while the canary is fresh and `alsoHealthy` holds. */
  readonly healthy: H;
  /** To be called once the service has taken endpoint and directory: from here on records and requests come in. */
  start(): Promise<void>;
  /** Nothing: leaving the cluster is the service's. */
  drain(): Promise<void>;
  /** After the service's own stop: leaves the directory, closes endpoint and bus. */
  stop(): Promise<void>;
}

/** What a node is made of. */
export interface ClusterNodeOptions<H extends HealthyTimers> {
  readonly bus: Bus;
  readonly timers: Timers;
  /** Random at each start of the process: `g_…`, `r_…`, `t_…`. */
  readonly id: string;
  /** What its heartbeats tell. */
  readonly self: () => HeartbeatState;
  /** Makes healthy time (the kit's `createHealthyClock`, applied). */
  readonly healthyTime: (healthy: () => boolean) => H;
  /** What else has to be well: a store, say. */
  readonly alsoHealthy?: () => boolean;
  readonly onFault?: (fault: EndpointFault) => void;
  /** As the canary's. */
  readonly onHeard?: (tookMs: number) => void;
}

/** Creates the node of one process. While its canary is late it sends no heartbeats: the others shall give it up. */
export function createClusterNode<H extends HealthyTimers>(options: ClusterNodeOptions<H>): ClusterNode<H> {
  const { bus, timers, id, self, onHeard, alsoHealthy = () => true } = options;
  const onFault = options.onFault ?? (() => undefined);
  const onThrow = (error: unknown): void => onFault({ kind: 'threw', error });
  const endpoint = createEndpoint({ bus, timers, id, onFault });
  const canary = createCanary({
    ...{ bus, timers, subject: `canary.${id}`, onThrow },
    ...(onHeard && { onHeard }),
  });
  const healthy = options.healthyTime(() => canary.fresh() && alsoHealthy());
  const directory = createDirectory({
    endpoint,
    timers,
    healthy,
    self,
    silent: () => !canary.fresh(),
    onThrow,
  });
  const endAnnouncing = canary.onChange((fresh) => {
    if (fresh) directory.announce();
  });
  return {
    bus,
    endpoint,
    directory,
    canary,
    healthy,
    start: async () => {
      await endpoint.start();
      await canary.start();
      directory.start();
    },
    drain: async () => undefined,
    stop: async () => {
      endAnnouncing();
      directory.stop();
      await canary.stop();
      healthy.stop();
      await endpoint.close();
      await bus.close();
    },
  };
}
