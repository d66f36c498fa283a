import { recordingTelemetry } from '@parley/kit';
import { describe, expect, test } from 'vitest';
import { createAdmission } from '../../src/admission/admission.js';
import { createLoadWatch } from '../../src/admission/load.js';
import { DEFAULT_GATEWAY_CONFIG } from '../../src/config.js';

/** What things cost the one core of a gateway, in ms, about as they were measured. */
const UPGRADE_MS = 0.3;
const JOIN_MS = 0.4;
const REFUSAL_MS = 0.075;
const CAPACITY = 1_000 / (UPGRADE_MS + JOIN_MS);
const TICK_MS = 20;
/** Connections that the kernel holds before the process takes them; further ones come again a second later. */
const BACKLOG = 512;

interface Arrival {
  readonly at: number;
  readonly kind: 'upgrade' | 'join';
}

/**
 * An event loop that does whatever is there, turn after turn, and is late by as long as a turn takes. Resolves with the
 * newcomers that were joined a second, as a part of the capacity.
 */
function goodput(times: number, seconds: number): number {
  const perMs = (times * CAPACITY) / 1_000;
  let [now, idle, tickDue, came, joined] = [0, 0, TICK_MS, 0, 0];
  const { judge, tick } = admissionOn({ now: () => now, idleMs: () => idle });
  let waiting: Arrival[] = [];
  while (now < seconds * 1_000) {
    for (; came <= now * perMs; came += 1) waiting.push({ at: came / perMs, kind: 'upgrade' });
    const ready = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    const knocking = ready.filter(({ kind }) => kind === 'upgrade');
    for (const { at, kind } of knocking.slice(BACKLOG)) waiting.push({ at: at + 1_000, kind });
    if (now >= tickDue) {
      tick();
      tickDue = now + TICK_MS;
    }
    const joining = ready.length - knocking.length;
    joined += joining;
    now += joining * JOIN_MS + (ready.length === 0 ? 1 : 0);
    idle += ready.length === 0 ? 1 : 0;
    for (let count = Math.min(BACKLOG, knocking.length); count > 0; count -= 1) {
      const isAdmitted = judge();
      now += isAdmitted ? UPGRADE_MS : REFUSAL_MS;
      if (isAdmitted) waiting.push({ at: now + 1, kind: 'join' });
    }
  }
  return joined / seconds / CAPACITY;
}

/** The real admission and the real watch, where no limit is set by hand. */
function admissionOn({ now, idleMs }: { readonly now: () => number; readonly idleMs: () => number }): {
  judge: () => boolean;
  tick: () => void;
} {
  let tick = (): void => undefined;
  const every = (_ms: number, run: () => void) => {
    tick = run;
    return () => undefined;
  };
  const { shedLagMs: busyLagMs, shedMemory: busyMemory } = DEFAULT_GATEWAY_CONFIG;
  const processLoad = { memoryShare: () => 0, idleMs };
  const loadWatch = createLoadWatch({ clock: { now, every }, busyLagMs, busyMemory, processLoad });
  loadWatch.start();
  const admission = createAdmission({
    config: { ...DEFAULT_GATEWAY_CONFIG, upgrades: { perSecond: 100_000, burst: 200_000 } },
    clock: { now },
    telemetry: recordingTelemetry(),
    connections: () => 0,
    draining: () => false,
    loadWatch,
  });
  const head = { method: 'GET', path: '/v1/connect', query: '', headers: new Map(), address: '127.0.0.1' };
  const judge = (): boolean => admission.turnAway('') === undefined && 'admit' in admission.judge(head);
  return { judge, tick: () => tick() };
}

describe('newcomers that are joined', () => {
  test.each([0.8, 1])('C3 at %d of the capacity: all of them', (times) => {
    expect(goodput(times, 5)).toBeGreaterThan(0.98 * times);
  });
  test.each([1.5, 2])('C3 at %d times the capacity: four of five of what can be', (times) => {
    expect(goodput(times, 3)).toBeGreaterThan(0.8);
    expect(goodput(times, 20)).toBeGreaterThan(0.8);
  });
  test.each([2, 3])(
    'C3 at %d times the capacity: nine tenths of what refusing the others leaves',
    (times) => {
      const refusal = REFUSAL_MS / (UPGRADE_MS + JOIN_MS);
      const left = (1 - times * refusal) / (1 - refusal);
      expect(goodput(times, 3)).toBeGreaterThan(0.9 * left);
      expect(goodput(times, 20)).toBeGreaterThan(0.9 * left);
    },
  );
});
