import type { Backoff, ClientRandom } from '../ports.js';

const FIRST_MS = 1_000;
const LEAST_MS = 500;
const MOST_MS = 30_000;
/**
 * With doubling, whoever was refused through an outage of some seconds may wait longer after it than it lasted; a server
 * that took five seconds to restart would be without some of its clients for ten more.
 */
const GROWTH = 1.5;
const MOST_RETRY_AFTER_MS = 300_000;

/**
 * Full jitter: the first retry after 0 to 1 s, the k-th later one uniformly between 0.5 s and the lesser of 1.5^k s
 * and 30 s; all of it counted from the end of `retryAfterMs`, if the server told one. Never gives up.
 */
export function createBackoff(random: Pick<ClientRandom, 'fraction'>): Backoff {
  return {
    delayMs(attempt, retryAfterMs = 0) {
      const least = attempt === 0 ? 0 : LEAST_MS;
      const most = Math.min(MOST_MS, FIRST_MS * GROWTH ** attempt);
      return Math.min(retryAfterMs, MOST_RETRY_AFTER_MS) + least + random.fraction() * (most - least);
    },
  };
}
