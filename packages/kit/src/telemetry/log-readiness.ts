import type { Readiness } from '../http/create-admin-server.js';
import type { Cancel, Clock } from '../ports/clock.js';
import type { Service } from '../ports/service.js';
import type { Telemetry } from '../ports/telemetry.js';
import { log } from './kit-logs.js';

/** What it works with. */
export interface ReadinessLogOptions {
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'log'>;
  readonly ready: () => Readiness;
}

const LOOK_MS = 250;

/** Creates a watch that logs each change between ready, degraded (ready, with reasons) and unready, as it first was. */
export function logReadiness({ clock, telemetry, ready }: ReadinessLogOptions): Service {
  let told = 'unready';
  let cancel: Cancel | undefined;
  const look = (): void => {
    const judged = ready();
    // That it goes is told by `service-draining`.
    if (judged.reasons.includes('draining')) return;
    const now = !judged.ready ? 'unready' : judged.reasons.length > 0 ? 'degraded' : 'ready';
    if (now === told) return;
    told = now;
    const reasons = judged.reasons.join(' ');
    if (now === 'ready') log(telemetry, 'service-ready', {});
    else log(telemetry, now === 'degraded' ? 'service-degraded' : 'service-unready', { reasons });
  };
  return {
    start: async () => void (cancel ??= clock.every(LOOK_MS, look)),
    drain: async () => undefined,
    stop: async () => cancel?.(),
  };
}
