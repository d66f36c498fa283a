/** A service level objective, as deploy/prometheus/slo.rules.yaml records it. */
export interface Slo {
  /** The value of its label `slo`. */
  readonly slo: string;
  readonly title: string;
  /** In words, for people who answer for it. */
  readonly meaning: string;
  readonly alert: string;
}

/** All of them, the most felt first. */
export const SLOS: readonly Slo[] = [
  {
    slo: 'joins',
    title: 'Joins succeed',
    meaning: '99.9 % of the joins that are answered do not fail for reasons of ours (unavailable, internal).',
    alert: 'ParleyJoinsFail',
  },
  {
    slo: 'signals',
    title: 'Signals arrive',
    meaning: '99.9 % of the signals are not turned back because their recipient cannot be reached.',
    alert: 'ParleySignalsFail',
  },
  {
    slo: 'signal-latency',
    title: 'Signals are fast',
    meaning: '99 % of the signals stay in a gateway for at most 25 ms.',
    alert: 'ParleySignalsSlow',
  },
  {
    slo: 'resumes',
    title: 'Resumes succeed',
    meaning:
      '95 % of those who come back get their place back. Whoever was away for longer than the resume window counts as lost: a closed laptop too.',
    alert: 'ParleyResumesFail',
  },
  {
    slo: 'connections',
    title: 'Connections are taken',
    meaning: '99.9 % of the connections are not refused for want of capacity (cap, load, rate).',
    alert: 'ParleyConnectionsRefused',
  },
];
