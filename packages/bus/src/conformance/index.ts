import type { ConformanceCase } from './bus-harness.js';
import { deliveryCases } from './delivery-cases.js';
import { failureCases } from './failure-cases.js';
import { payloadCases } from './payload-cases.js';
import { requestCases } from './request-cases.js';

export type { BusHarness, ConformanceCase } from './bus-harness.js';
export { ConformanceError } from './bus-harness.js';

/** What every driver of the bus port must pass, rules B1 to B12; each runs by itself, in any order. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...deliveryCases,
  ...payloadCases,
  ...failureCases,
  ...requestCases,
];
