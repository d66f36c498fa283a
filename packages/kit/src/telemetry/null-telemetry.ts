import type { Telemetry } from '../ports/telemetry.js';

/** Telemetry that nobody listens to. */
export const nullTelemetry: Telemetry = {
  count: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
  log: () => undefined,
};
