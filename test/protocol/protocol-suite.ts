import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SCENARIOS } from './cases/index.js';
import { OFFERS, RAISED, startTarget } from './standalone-target.js';
import type { Mode } from './standalone-target.js';
import { isRunnable } from './support/scenario.js';
import type { SpawnedTarget } from './support/target.js';

const MODES: readonly Mode[] = ['open', 'jwt'];
const LONGEST_MS = 50_000;

/** Runs every scenario against a real standalone process with this socket driver, in either mode where it can. */
export function protocolSuite(socket: 'uws' | 'ws'): void {
  // Most of a scenario's time is waiting.
  vi.setConfig({ maxConcurrency: 8 });
  describe.each(MODES)(`the protocol over ${socket}, %s mode`, (mode) => {
    let target: SpawnedTarget;
    beforeAll(async () => {
      if (mode === 'jwt') console.info(`limits raised for tests: ${JSON.stringify(RAISED)}`);
      target = await startTarget(mode, socket);
    });
    afterAll(async () => {
      await target?.stop();
    });

    const runnable = SCENARIOS.filter((scenario) => isRunnable(scenario, { ...bare, offers: OFFERS[mode] }));
    describe.concurrent('scenarios', () => {
      for (const { title, run } of runnable) test(title, () => run(target), LONGEST_MS);
    });

    test('X1 X10 nothing secret stands in logs or metrics after all that', async () => {
      const metrics = await (await fetch(`${target.adminUrl ?? ''}/metrics`)).text();
      expect(metrics).toMatch(/^parley_gateway_joins_total\{.*\} [1-9]/m);
      expect(target.output()).toContain('"level":"info"');
      expect(target.secrets.size).toBeGreaterThan(100);
      const found = [...target.secrets].filter(
        (secret) => secret !== '' && (metrics.includes(secret) || target.output().includes(secret)),
      );
      expect(found).toEqual([]);
    });

    test('X12 the process lives, ready, and has reported no fault', async () => {
      expect((await fetch(`${target.url}/readyz`)).status).toBe(200);
      expect(target.output()).not.toMatch(/"level":"error"|uncaught|-fault"/);
    });
  });

  test('every scenario runs in one mode at least', () => {
    const runs = (scenario: (typeof SCENARIOS)[number]): boolean =>
      MODES.some((mode) => isRunnable(scenario, { ...bare, offers: OFFERS[mode] }));
    expect(SCENARIOS.filter((scenario) => !runs(scenario)).map(({ title }) => title)).toEqual([]);
  });
}

const bare = { url: '', secrets: new Set<string>() };
