import { afterAll, beforeAll, describe, test } from 'vitest';

import { conformanceCases } from '../src/conformance/index.js';
import { createNatsHarness, startProxiedNats } from './nats-harness.js';
import type { ProxiedNats } from './nats-harness.js';

let nats: ProxiedNats;

beforeAll(async () => {
  nats = await startProxiedNats();
});

afterAll(() => nats.stop());

describe('R11 the NATS bus keeps the contract on a real server', () => {
  for (const { id, title, run } of conformanceCases) {
    test(`[${id}] ${title}`, () => run(createNatsHarness(nats, `${id}.`)));
  }
});
