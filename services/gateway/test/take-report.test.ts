import { recordingTelemetry } from '@parley/kit';
import { expect, test } from 'vitest';
import { countReport, takeReport } from '../src/take-report.js';

test('O1 [QUALITY-3] a report is counted; what is beyond what can be is cut, and what is not told is unknown', () => {
  const telemetry = recordingTelemetry();
  countReport(telemetry, {
    type: 'quality',
    pairs: [
      { connectMs: 812, localCandidate: 'host', remoteCandidate: 'relay', rttMs: 40, lossIn: 0.01 },
      { connectMs: 1e300, rttMs: 1e300, lossIn: 9 },
      {},
    ],
    failures: 2 ** 53,
    restarts: 3,
  });
  expect(telemetry.counted('parley_call_connects_total', { local: 'host', remote: 'relay' })).toBe(1);
  expect(telemetry.counted('parley_call_connects_total', { local: 'unknown' })).toBe(1);
  expect(telemetry.observed('parley_call_connect_seconds')).toEqual([0.812, 60]);
  expect(telemetry.observed('parley_call_rtt_seconds')).toEqual([0.04, 10]);
  expect(telemetry.observed('parley_call_loss_ratio')).toEqual([0.01, 1]);
  expect(telemetry.counted('parley_call_ice_failures_total')).toBe(100);
  expect(telemetry.counted('parley_call_ice_restarts_total')).toBe(3);
  expect(telemetry.counted('parley_call_reports_total', { result: 'taken' })).toBe(1);
});

test('O1 who has connected in which time, or failed, is recorded once as the participant tells it', () => {
  const told: unknown[] = [];
  const media = (...args: unknown[]): void => void told.push(args);
  const deps = { telemetry: recordingTelemetry(), recorder: { media } };
  const report = {
    type: 'quality' as const,
    pairs: [
      { peer: 'p_b', connectMs: 812, rttMs: 40 },
      { peer: 'p_c', rttMs: 40 },
      { peer: 'p_d', state: 'failed' as const },
      { peer: 'p_e', connectMs: 1e300 },
      { connectMs: 1 },
    ],
  };
  takeReport(deps, undefined, report);
  expect(told).toEqual([]);
  takeReport(deps, 'p_a', report);
  expect(told).toEqual([
    ['p_a', 'p_b', { connectMs: 812 }],
    ['p_a', 'p_d', 'failed'],
    ['p_a', 'p_e', { connectMs: 60_000 }],
  ]);
});
