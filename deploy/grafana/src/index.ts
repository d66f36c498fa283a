import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { busAndStore } from './bus-and-store.js';
import { callQuality } from './call-quality.js';
import { gateways } from './gateways.js';
import { overview } from './overview.js';
import { rooms } from './rooms.js';
import { turn } from './turn.js';

/** Parley's dashboards, in the order in which one reads them. Each goes into a file named after its `uid`. */
export function dashboards(): Dashboard[] {
  return [overview(), gateways(), rooms(), busAndStore(), turn(), callQuality()];
}

export { runbookUrl } from './runbook-url.js';
