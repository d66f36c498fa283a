import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

/**
 * Tests import other packages from source, so that no stale build can hide a fault. What a package has for bundlers alone
 * (`module`) cannot always be loaded by Node.
 */
const conditions = ['@parley/source', 'node', 'import', 'default'];

/** Two hundred clients each, beside a whole cluster. */
const crowds = 'test/{ci/reliability,full}/**/*.test.ts';

/** Calls are judged by what is seen of them while they go on: they would suffer from whatever else takes all cores. */
const browsers = ['test/**/*.{chromium,firefox}*.test.ts'];
/** Random inputs by the million, which take a core each: nothing that has to be in time runs beside them. */
const random = [
  '{packages,services}/*/test/**/{*-fuzz,fuzz}.test.ts',
  'packages/client/test/call/negotiation.property.test.ts',
  'simulation/**/*.test.ts',
];
/** Servers are away for seconds, again and again, and nobody does anything meanwhile. */
const faults = ['test/ci/faults/**/*.test.ts'];

/**
 * Four browsers take both cores of a small machine, and every moment without a frame counts; so does every moment of a
 * window of 15 s in which a cluster was cut off for 10.
 */
const alone = [
  'test/{cluster,ci/browser}/*call.{chromium,firefox}*.test.ts',
  'test/browser/four-person-call.chromium.test.ts',
  'test/ci/reliability/isolated.*.test.ts',
];
const not = (patterns: readonly string[]): string[] => patterns.map((pattern) => `!${pattern}`);

const maxWorkers = Math.max(3, availableParallelism());

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{packages,services,apps}/*/test/**/*.test.ts', ...not(random)],
          // What they import is read once for all of them: so they leave nothing behind.
          isolate: false,
          // Tests of processes wait most of their time.
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts', ...not([...browsers, crowds, ...faults])],
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'random',
          include: random,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: { name: 'faults', include: faults, maxWorkers: 6, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'crowds',
          include: [crowds, ...not(alone)],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browsers',
          include: [...browsers, ...not([...alone, crowds])],
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 4 } },
      },
    ],
  },
});
