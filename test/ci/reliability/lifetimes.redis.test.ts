import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { JOINTS } from '../../cluster/joints.js';
import type { Joint } from '../../cluster/joints.js';
import { until } from './support/crowd.js';
import { createScene } from './support/scene.js';
import type { Scene } from './support/scene.js';

const LIFETIME_S = 10;

let joint: Joint;
let scene: Scene;
beforeAll(async () => void (joint = await JOINTS[0].start()));
beforeEach(
  async () => void (scene = await createScene(joint, { env: { CONNECTION_LIFETIME_S: String(LIFETIME_S) } })),
);
afterEach(() => scene?.end());
afterAll(() => joint?.stop());

test('[CLOSE-6] U13 connections of 200 clients that live for 10 s on average: everybody moves, and nobody notices', async () => {
  const { crowd, expectUnharmed } = scene;
  await until(() => crowd.connections.moved() === 200, 3_000 * LIFETIME_S, 'somebody was never moved');
  await crowd.whole(5_000);
  const { resumed } = await expectUnharmed('Redis, connections of a limited life');
  // Nobody was ever without a connection.
  expect(resumed).toBe(0);
}, 90_000);
