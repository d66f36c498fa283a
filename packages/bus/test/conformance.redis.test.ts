import { afterAll, beforeAll, describe, test } from 'vitest';
import { conformanceCases } from '../src/conformance/index.js';
import { createRedisHarness, startProxiedRedis } from './redis-harness.js';
import type { ProxiedRedis } from './redis-harness.js';

let redis: ProxiedRedis;

beforeAll(async () => {
  redis = await startProxiedRedis();
});

afterAll(() => redis.stop());

describe('R11 the Redis bus keeps the contract', () => {
  for (const { id, title, run } of conformanceCases) {
    test(`[${id}] ${title}`, () => run(createRedisHarness(redis, `${id}.`)));
  }
});
