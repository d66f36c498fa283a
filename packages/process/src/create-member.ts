import { createClusterNode } from '@parley/bus';
import type { Bus, ClusterNode, Role } from '@parley/bus';
import { createHealthyClock } from '@parley/kit';
import type { Clock, HealthyClock, Telemetry } from '@parley/kit';
import { measureBus } from './measure-bus.js';

/** The service that a member of the cluster carries: others are told whether it is going away. */
export interface MemberService {
  draining(): boolean;
}

/** A node of the cluster that speaks for one service. */
export interface Member extends ClusterNode<HealthyClock> {
  readonly id: string;
  /** Names the service whose state the heartbeats tell. To be called before `start`. */
  carry(service: MemberService): void;
}

/** What a member is made of. */
export interface MemberOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Random at each start of the process. */
  readonly id: string;
  readonly role: Role;
  /** For rooms replicas: whether the store answers. Without it, heartbeats and healthy time depend on the bus alone. */
  readonly storeFresh?: () => boolean;
}

/**
 * Creates a stopped member. A rooms replica tells that it can own rooms while its canary and its store are fresh and its
 * service is not draining; its healthy time stands still otherwise.
 */
export function createMember(options: MemberOptions): Member {
  const { clock, telemetry, id, role, storeFresh = () => true } = options;
  const bus = measureBus(options.bus, { clock, telemetry });
  let carried: MemberService | undefined;
  const isDraining = (): boolean => carried?.draining() ?? false;
  const node: ClusterNode<HealthyClock> = createClusterNode({
    ...{ bus, id, timers: clock, alsoHealthy: storeFresh },
    self: () => ({
      role,
      canOwn: role === 'rooms' && node.canary.fresh() && storeFresh() && !isDraining(),
      draining: isDraining(),
    }),
    healthyTime: (healthy) => createHealthyClock({ clock, healthy }),
    onFault: ({ kind }) => {
      telemetry.count('parley_bus_faults_total', { kind });
      telemetry.log('error', 'endpoint-fault', { kind });
    },
    onHeard: (tookMs) => telemetry.observe('parley_bus_roundtrip_seconds', tookMs / 1_000),
  });
  return { ...node, id, carry: (service) => void (carried = service) };
}
