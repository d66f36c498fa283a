import type { MetricDefinition } from './metric-definition.js';

/** How full the bounded queues of a process are; which those are, each service tells in OPERATIONS.md. */
export const QUEUE_METRICS = [
  {
    name: 'parley_queue_used_ratio',
    type: 'gauge',
    help: 'Share of its bound that a queue takes now, by queue: socket-buffer (the fullest), replay-rings, room-copies, bus-outbound, bus-requests, bus-answers, room-requests.',
    labels: ['queue'],
  },
  {
    name: 'parley_queue_peak_ratio',
    type: 'gauge',
    help: 'The greatest share of its bound that a queue took in the last 30 to 60 s, by queue.',
    labels: ['queue'],
  },
] as const satisfies readonly MetricDefinition[];
