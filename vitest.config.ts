import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

/** Tests import other packages from source, so that no stale build can hide a fault. */
const conditions = ['@parley/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages,services,apps}/*/test/**/*.test.ts', 'simulation/**/*.test.ts', 'test/**/*.test.ts'],
    // Tests in browsers and of processes wait most of their time.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
