import { CHECKS } from './check.js';
import type { CheckName, Outcome } from './check.js';

/** What all outcomes come to: the worst of them, or that some are still to come. */
export function summaryOf(
  outcomes: ReadonlyMap<CheckName, Outcome>,
  running: boolean,
): 'running' | 'ok' | 'warning' | 'failed' {
  if (running || outcomes.size === 0) return 'running';
  const results = CHECKS.map((name) => outcomes.get(name)?.result ?? 'skipped');
  if (results.includes('failed')) return 'failed';
  return results.every((result) => result === 'ok') ? 'ok' : 'warning';
}
