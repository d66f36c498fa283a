import { expect, test } from 'vitest';
import { digestStats } from '../../src/call/stats-digest.js';

const report = (entries: readonly Record<string, unknown>[]): Map<string, Record<string, unknown>> =>
  new Map(entries.map((entry, index) => [(entry['id'] ?? `${index}`) as string, entry]));

const candidates = [
  { type: 'local-candidate', id: 'L', candidateType: 'relay' },
  { type: 'remote-candidate', id: 'R', candidateType: 'srflx' },
];
const pair = { type: 'candidate-pair', id: 'P', localCandidateId: 'L', remoteCandidateId: 'R' };
const video = (packetsLost: number, packetsReceived: number): Record<string, unknown> => ({
  type: 'inbound-rtp',
  kind: 'video',
  packetsLost,
  packetsReceived,
  frameWidth: 640,
  frameHeight: 480,
  framesPerSecond: 30,
  framesDecoded: 90,
});

test('the pair in use is found as Chromium and Safari tell it, and as Firefox does', () => {
  const transport = { type: 'transport', id: 'T', selectedCandidatePairId: 'P' };
  const unused = { ...pair, id: 'Q', localCandidateId: 'none' };
  const chromium = digestStats(report([transport, unused, pair, ...candidates]), 0);
  const firefox = digestStats(report([unused, { ...pair, selected: true }, ...candidates]), 0);
  for (const digest of [chromium, firefox]) {
    expect(digest).toMatchObject({ localCandidate: 'relay', remoteCandidate: 'srflx', relayed: true });
  }
});

test('rates count from the digest before, and begin anew with other counters', () => {
  const at = (
    ms: number,
    [bytes, lost, received]: readonly [bytes: number, lost: number, received: number],
    before?: ReturnType<typeof digestStats>,
  ) => {
    const counted = {
      ...pair,
      selected: true,
      currentRoundTripTime: 0.05,
      bytesReceived: bytes,
      bytesSent: 2 * bytes,
    };
    return digestStats(report([counted, video(lost, received), ...candidates]), ms, before);
  };
  const first = at(1_000, [5_000, 0, 100]);
  expect(first).toMatchObject({ rttMs: 50, bitrateIn: 0, bitrateOut: 0, lossIn: 0, width: 640, height: 480 });
  const second = at(3_000, [10_000, 10, 190], first);
  expect(second).toMatchObject({ bitrateIn: 20_000, bitrateOut: 40_000, lossIn: 0.1, framesDecoded: 90 });
  expect(at(5_000, [100, 0, 5], second)).toMatchObject({ bitrateIn: 0, lossIn: 0 });
});

test('a report without a pair or tracks is a digest too', () => {
  expect(digestStats(report([]), 0)).toMatchObject({ rttMs: undefined, relayed: false, width: undefined });
});
