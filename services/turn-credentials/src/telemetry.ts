import type { MetricDefinition } from '@parley/kit';

/** `served`: an answer with ICE servers, a TURN credential among them or not. */
export type MintResult =
  'served' | 'rate_limited' | 'unauthorized' | 'forbidden' | 'bad_request' | 'unavailable';

/** By which way a request came. */
export type MintVia = 'bus' | 'http' | 'rest';

/** Everything that this service counts. */
export const TURN_METRICS: readonly MetricDefinition[] = Object.freeze([
  {
    name: 'parley_turn_mints_total',
    type: 'counter',
    help: 'Requests for ICE servers, by result: served, rate_limited, unauthorized, forbidden, bad_request, unavailable.',
    labels: ['result'],
    values: [['served', 'rate_limited', 'unauthorized', 'forbidden', 'bad_request', 'unavailable']],
  },
  {
    name: 'parley_turn_mint_seconds',
    type: 'histogram',
    help: 'Requests for ICE servers until they were answered, by via: bus (gateways), http (/v1/ice-servers), rest (/turn/credentials).',
    labels: ['via'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1],
  },
]);
