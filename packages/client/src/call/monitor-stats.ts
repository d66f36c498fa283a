import { createTimer } from '../timer.js';
import type { CallContext } from './call-context.js';
import type { Connection } from './connection.js';
import type { Peer } from './peer.js';
import { digestStats } from './stats-digest.js';
import type { StatsDigest } from './stats-digest.js';

/** Tells a digest of each connected peer's statistics each `everyMs`, until the function that is returned is called. */
export function monitorStats(
  { clock, emit, fault }: CallContext,
  everyMs: number,
  peers: () => readonly Peer[],
): () => void {
  const digests = new WeakMap<Peer, StatsDigest>();
  const measure = async (peer: Peer): Promise<void> => {
    const { connection } = peer;
    if (peer.state !== 'connected' || !connection) return;
    const report = await connection.pc.getStats();
    if (peer.connection !== connection) return;
    const digest = digestStats(report, clock.now(), digests.get(peer));
    digests.set(peer, digest);
    emit('stats', { ...digest, peer: peer.id });
  };
  const timer = createTimer(clock);
  const tick = (): void => {
    timer.set(everyMs, tick);
    for (const peer of peers()) measure(peer).catch(fault);
  };
  timer.set(everyMs, tick);
  return timer.stop;
}

/** Hands new ICE servers on; a connection that goes through a TURN server is restarted with them. */
export async function renewIceServers(
  { pc, negotiation }: Connection,
  configuration: RTCConfiguration,
): Promise<void> {
  pc.setConfiguration(configuration);
  // New servers count from the next generation on: only a connection that needs one of the old ones is restarted.
  if (digestStats(await pc.getStats(), 0).relayed) negotiation.negotiate(true);
}
