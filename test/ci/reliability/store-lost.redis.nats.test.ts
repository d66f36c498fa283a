import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JOINTS } from '../../cluster/joints.js';
import type { Joint } from '../../cluster/joints.js';
import { createCrowd } from './support/crowd.js';
import type { Crowd } from './support/crowd.js';
import { createScene, UNHARMED } from './support/scene.js';
import type { Scene } from './support/scene.js';

const LONGEST_MS = 150_000;
/** How much older the store is when it comes back. */
const OLDER_MS = 30_000;
/** Between changes meanwhile. */
const CHANGES_MS = 2_000;

describe.each(JOINTS)('200 clients on 3 gateways over $name', ({ name, start }) => {
  let joint: Joint;
  let scene: Scene;
  beforeAll(async () => void (joint = await start()));
  beforeEach(async () => void (scene = await createScene(joint)));
  afterEach(() => scene?.end());
  afterAll(() => joint?.stop());

  /** Keeps the store as it is; then newcomers join other rooms, and everybody else changes something in theirs. */
  async function growOlder(): Promise<Crowd> {
    await joint.snapshot();
    const end = Date.now() + OLDER_MS;
    const urls = scene.cluster.gateways.map(({ url }) => url ?? '');
    const newcomers = await createCrowd({ urls, rooms: 5, perRoom: 4, everyMs: 500 });
    while (Date.now() < end) {
      await scene.crowd.changeAll();
      await new Promise((resolve) => setTimeout(resolve, CHANGES_MS));
    }
    return newcomers;
  }

  test.each([
    { what: 'is emptied', older: false, befall: () => joint.wipe() },
    { what: 'comes back 30 s older', older: true, befall: () => joint.rollBack() },
  ])(
    'R7 I4 the store $what, and again while an owner is killed: nobody is kicked, and the rooms are whole',
    async ({ what, older, befall }) => {
      const { cluster, crowd, expectUnharmed } = scene;
      const newcomers = older ? await growOlder() : undefined;
      for (const killed of [undefined, cluster.rooms[0]]) {
        await Promise.all([befall(), killed?.kill()]);
        await crowd.delivered(6_000);
        await crowd.whole(10_000);
        await crowd.changeAll();
      }
      await expectUnharmed(`${name}, the store ${what}, and again while an owner is killed`);
      // Those of whom the older store knows nothing.
      await newcomers?.whole(10_000);
      if (newcomers !== undefined) expect(await newcomers.verdict()).toMatchObject(UNHARMED);
      await newcomers?.leave();
    },
    LONGEST_MS,
  );
});
