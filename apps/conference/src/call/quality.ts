import type { PeerState, StatsDigest } from '@parley/client';

/** How good a connection is, in words. */
export type Quality = 'good' | 'fair' | 'poor' | 'lost' | 'unknown';

/** Round trips and losses up to which a connection is good, or fair: what conversations bear (ITU-T G.114, G.1010). */
const GOOD = { rttMs: 200, loss: 0.02 };
const FAIR = { rttMs: 400, loss: 0.08 };

/** The quality of a connection in its state, by what was measured last. */
export function qualityOf(
  state: PeerState | undefined,
  stats: Pick<StatsDigest, 'rttMs' | 'lossIn'> | undefined,
): Quality {
  if (state === 'failed' || state === 'reconnecting') return 'lost';
  if (state !== 'connected' || stats?.rttMs === undefined) return 'unknown';
  const { rttMs, lossIn } = stats;
  if (rttMs <= GOOD.rttMs && lossIn <= GOOD.loss) return 'good';
  return rttMs <= FAIR.rttMs && lossIn <= FAIR.loss ? 'fair' : 'poor';
}
