import type { Quality } from '@parley/protocol';
import { fullBucket, take } from '../limits/token-bucket.js';
import type { ClientFrame, GoodFrame } from './client-frame.js';
import type { Open, Outcome } from './outcome.js';

/** So many reports may come at once. */
const BURST = 3;
const DEFAULT_MS = 10_000;

/** Whether a frame is, or claims to be, a report on calls. */
export function isReport(frame: ClientFrame): boolean {
  return (frame.ok ? frame.header.type : frame.type) === 'quality';
}

/** A report is counted, or counted as left out; it is never answered, and harms nobody (QUALITY-2). */
export function onReport(connection: Open, frame: ClientFrame, now: number): Outcome {
  if (!isGood(frame)) return leftOut(connection, 'invalid');
  const { reportMs = DEFAULT_MS } = connection.rules.limits;
  const rate = { perSecond: 1_000 / reportMs, burst: BURST };
  const reports = take(connection.reports ?? fullBucket(rate, now), rate, now);
  if (reports === undefined) return leftOut(connection, 'limited');
  return { connection: { ...connection, reports }, effects: [{ do: 'report', report: frame.header }] };
}

function leftOut(connection: Open, result: 'limited' | 'invalid'): Outcome {
  return { connection, effects: [{ do: 'tally', what: { count: 'report', result } }] };
}

function isGood(frame: ClientFrame): frame is GoodFrame & { readonly header: Quality } {
  return frame.ok && isReport(frame);
}
