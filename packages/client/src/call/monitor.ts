import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import { createStatsDigest, isRelayed } from './stats-digest.js';
import type { StatsDigest } from './stats-digest.js';
import type { Peer } from './peer.js';

/** Looks after what is under the connections: their statistics, and the ICE servers. */
export interface Monitor {
  /** There are new ICE servers: connections that go through a TURN server are restarted with them. */
  renewed(): void;
  stop(): void;
}

/** What a monitor is made of. */
export interface MonitorDeps {
  readonly clock: ClientClock;
  readonly everyMs: number;
  peers(): readonly Peer[];
  configuration(): RTCConfiguration;
  digest(peer: string, digest: StatsDigest): void;
  fault(error: unknown): void;
}

/** Begins with the first digests one period from now. */
export function createMonitor(deps: MonitorDeps): Monitor {
  const digests = new WeakMap<Peer, ReturnType<typeof createStatsDigest>>();
  let cancel: CancelTimer | undefined;
  let stopped = false;
  const measure = async (peer: Peer): Promise<void> => {
    const { connection } = peer;
    if (connection === undefined || peer.state !== 'connected') return;
    const report = await connection.pc.getStats();
    if (stopped || peer.connection !== connection) return;
    const digest = digests.get(peer) ?? createStatsDigest();
    digests.set(peer, digest);
    deps.digest(peer.id, digest(report, deps.clock.now()));
  };
  const tick = (): void => {
    cancel = deps.clock.after(deps.everyMs, tick);
    for (const peer of deps.peers()) measure(peer).catch(deps.fault);
  };
  cancel = deps.clock.after(deps.everyMs, tick);
  return {
    renewed() {
      for (const peer of deps.peers()) renew(deps, peer).catch(deps.fault);
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

async function renew({ configuration }: MonitorDeps, { connection }: Peer): Promise<void> {
  if (connection === undefined) return;
  const { pc, negotiation } = connection;
  pc.setConfiguration(configuration());
  // New servers count from the next generation on: only a connection that needs one of the old ones is restarted.
  if (isRelayed(await pc.getStats())) negotiation.restartIce();
}
