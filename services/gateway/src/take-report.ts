import type { Telemetry } from '@parley/kit';
import type { Quality, QualityPair } from '@parley/protocol';
import type { FlightRecorder } from './flight/flight-recorder.js';

/** What can be, in seconds and counts: what a client tells beyond is cut to it (QUALITY-3). */
const MOST = { connect: 60, rtt: 10, times: 100 };

/** Takes a client's report on its calls: into metrics, and into the recording of the participant, if it is one. */
export function takeReport(
  {
    telemetry,
    recorder,
  }: { readonly telemetry: Telemetry; readonly recorder: Pick<FlightRecorder, 'media'> },
  participant: string | undefined,
  report: Quality,
): void {
  countReport(telemetry, report);
  if (participant === undefined) return;
  for (const { peer, state, connectMs } of report.pairs ?? []) {
    if (peer === undefined) continue;
    if (state === 'failed') recorder.media(participant, peer, 'failed');
    else if (connectMs !== undefined) {
      recorder.media(participant, peer, { connectMs: Math.min(connectMs, 1_000 * MOST.connect) });
    }
  }
}

/** Puts a client's report on its calls into metrics. Nothing is decided by it. */
export function countReport(telemetry: Telemetry, { pairs = [], failures = 0, restarts = 0 }: Quality): void {
  telemetry.count('parley_call_reports_total', { result: 'taken' });
  const failed = pairs.filter(({ state }) => state === 'failed').length;
  telemetry.count('parley_call_ice_failures_total', {}, Math.min(failures + failed, MOST.times));
  telemetry.count('parley_call_ice_restarts_total', {}, Math.min(restarts, MOST.times));
  for (const pair of pairs) countPair(telemetry, pair);
}

function countPair(telemetry: Telemetry, pair: QualityPair): void {
  const { connectMs, localCandidate: local = 'unknown', remoteCandidate: remote = 'unknown' } = pair;
  const { rttMs, lossIn } = pair;
  if (connectMs !== undefined) {
    telemetry.count('parley_call_connects_total', { local, remote });
    telemetry.observe('parley_call_connect_seconds', Math.min(connectMs / 1_000, MOST.connect));
  }
  if (rttMs !== undefined) telemetry.observe('parley_call_rtt_seconds', Math.min(rttMs / 1_000, MOST.rtt));
  if (lossIn !== undefined) telemetry.observe('parley_call_loss_ratio', Math.min(lossIn, 1));
}
