import type { MetricDefinition } from '@parley/kit';

/** `served`: an answer with ICE servers, a TURN credential among them or not. */
export type MintResult =
  'served' | 'rate_limited' | 'unauthorized' | 'forbidden' | 'bad_request' | 'unavailable';

/** Everything that this service counts. */
export const TURN_METRICS: readonly MetricDefinition[] = Object.freeze([
  {
    name: 'parley_turn_mints_total',
    type: 'counter',
    help: 'Requests for ICE servers by how they were answered',
    labels: ['result'],
  },
]);
