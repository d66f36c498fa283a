import type { StatsReport } from '../../src/call/peer-connection.js';

/** A report of one pair of candidates, in Chromium's form. */
export function fakeStats(relayed: boolean): StatsReport {
  const candidateType = relayed ? 'relay' : 'host';
  const entries = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    {
      id: 'P',
      type: 'candidate-pair',
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      currentRoundTripTime: 0.02,
    },
    { id: 'L', type: 'local-candidate', candidateType },
    { id: 'R', type: 'remote-candidate', candidateType: 'host' },
  ];
  return new Map(entries.map((entry) => [entry.id, entry]));
}
