import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openClusterStage } from '../browser/sdk/cluster-stage.js';
import type { ClusterStage } from '../browser/sdk/cluster-stage.js';
import { allAreAmong, allSeeAndHear, seesAnew } from '../browser/sdk/expectations.js';
import type { Person } from '../browser/sdk/person.js';
import { watchMedia } from '../browser/sdk/unbroken.js';
import { chromiumPage, launchChromium } from '../support/chromium.js';
import { JOINTS } from './joints.js';
import type { Joint } from './joints.js';

const LONGEST_MS = 120_000;
/** What nobody may be told: that somebody or something went, that anybody came back as somebody else, or a fault. */
const HARM =
  /^(left|twice|rejoined|renamed|reset|fault)\b|^peer \S+ closed$|^trackEnded \S+ (camera|microphone)$/;

let browser: Browser;
let joint: Joint;
let stage: ClusterStage;

beforeAll(async () => {
  [browser, joint] = await Promise.all([launchChromium(), JOINTS[0].start()]);
  stage = await openClusterStage(joint.url);
});
afterAll(async () => {
  await Promise.all([browser?.close(), stage?.close()]);
  await joint?.stop();
});

test(
  'a call of four over Redis has no break and loses nobody while a gateway is killed, Redis emptied, and all rolled',
  async () => {
    const ann = await enter('ann', [0]);
    const people = [ann, await enter('bo', [1]), await enter('cy', [0, 1]), await enter('di', [0, 1])];
    const [, bo, cy, di] = people as [Person, Person, Person, Person];
    await allAreAmong(...people);
    await allSeeAndHear(...people);
    const expectUnbroken = await watchMedia(...people);
    const before = await Promise.all(people.map(async (person) => (await person.ask('log')).length));

    await stage.killGateway();
    await changesArrive(ann, people);
    await joint.wipe();
    await changesArrive(bo, people);
    await stage.roll('gateway');
    await changesArrive(cy, people);
    await stage.roll('rooms');
    await changesArrive(di, people);

    await allAreAmong(...people);
    await allSeeAndHear(...people);
    console.log(`the longest time without a frame: ${await expectUnbroken()} ms`);
    for (const [index, person] of people.entries()) {
      const told = (await person.ask('log')).slice(before[index]);
      expect(told.filter((line) => HARM.test(line))).toEqual([]);
    }
  },
  LONGEST_MS,
);

async function enter(name: string, gateways: readonly number[]): Promise<Person> {
  return stage.enter(await chromiumPage(browser), name, { room: 'four', gateways });
}

/** What one mutes, and a new track, come and go for all others, whom everybody sees in the room. */
async function changesArrive(one: Person, people: readonly Person[]): Promise<void> {
  const others = people.filter((person) => person !== one);
  const told = (line: string): Promise<unknown> =>
    Promise.all(others.map((other) => other.until('wasTold', line)));
  await allAreAmong(...people);
  await one.ask('setMuted', 'microphone', true);
  await one.ask('turnOn', 'drawing');
  await told(`muted ${one.name} microphone`);
  await Promise.all(others.map((other) => seesAnew(other, one, 'drawing')));
  await one.ask('setMuted', 'microphone', false);
  await one.ask('turnOff', 'drawing');
  await told(`muted ${one.name}`);
  await told(`trackEnded ${one.name} drawing`);
}
