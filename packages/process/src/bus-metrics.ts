import type { MetricDefinition } from '@parley/kit';

/** What a process tells of its use of the bus. */
export const BUS_METRICS = [
  {
    name: 'parley_bus_roundtrip_seconds',
    type: 'histogram',
    help: 'Time that a message of the process to itself took over the bus (the canary, one a second), its own stalls left out.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  {
    name: 'parley_bus_publish_seconds',
    type: 'histogram',
    help: 'Publishes until the broker answered; one carries what one turn of the event loop had for one process.',
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2],
  },
  {
    name: 'parley_bus_failures_total',
    type: 'counter',
    help: 'Calls of the bus that failed, by operation: publish, subscribe; and reason: disconnected, overflow, too-large, closed.',
    labels: ['operation', 'reason'],
    values: [
      ['publish', 'subscribe'],
      ['disconnected', 'overflow', 'too-large', 'closed'],
    ],
  },
  {
    name: 'parley_bus_messages_total',
    type: 'counter',
    help: 'Messages over the bus, by direction: out, in.',
    labels: ['direction'],
    values: [['out', 'in']],
  },
  {
    name: 'parley_bus_bytes_total',
    type: 'counter',
    help: 'Bytes of the messages over the bus, by direction: out, in.',
    labels: ['direction'],
    values: [['out', 'in']],
  },
  {
    name: 'parley_bus_faults_total',
    type: 'counter',
    help: 'What came in over the bus and harmed, by kind: malformed (not ours), threw (a bug).',
    labels: ['kind'],
    values: [['malformed', 'threw']],
  },
] as const satisfies readonly MetricDefinition[];
