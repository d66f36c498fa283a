import type { QualityPair } from '@parley/protocol';
import type { SignalingClient } from '../signaling/signaling-client.js';
import { createTimer } from '../timer.js';
import type { CallContext } from './call-context.js';
import type { Connection } from './connection.js';
import type { Peer } from './peer.js';
import { digestStats } from './stats-digest.js';

const REPORT_MS = 10_000;
const MOST_PAIRS = 12;

/**
 * Tells a digest of each connected peer's statistics each `everyMs`, and reports them, if that is wanted, as often as
 * servers take it, until the function that is returned is called.
 */
export function monitorStats(
  { clock, emit, fault, quality }: CallContext,
  everyMs: number,
  peers: () => readonly Peer[],
  report: SignalingClient['report'] | false,
): () => void {
  const { pairs } = quality;
  let reportAt = 0;
  const measure = async (peer: Peer): Promise<void> => {
    const { connection, id } = peer;
    if (peer.state !== 'connected' || !connection) return;
    const stats = await connection.pc.getStats();
    if (peer.connection !== connection) return;
    const digest = (peer.digest = digestStats(stats, clock.now(), peer.digest));
    emit('stats', { ...digest, peer: id });
    if (pairs.has(peer)) return;
    const { rttMs, lossIn, localCandidate, remoteCandidate } = digest;
    const { connectMs } = peer;
    pairs.set(peer, { peer: id, connectMs, rttMs, lossIn, localCandidate, remoteCandidate } as QualityPair);
    peer.connectMs = undefined;
  };
  const timer = createTimer(clock);
  const tick = (): void => {
    timer.set(everyMs, tick);
    if (pairs.size && clock.now() >= reportAt) {
      if (report) report({ ...quality, pairs: [...pairs.values()].slice(0, MOST_PAIRS) });
      pairs.clear();
      quality.restarts = 0;
      reportAt = clock.now() + REPORT_MS;
    }
    for (const peer of peers()) measure(peer).catch(fault);
  };
  tick();
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
