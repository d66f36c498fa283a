import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { openClusterStage } from '../../browser/sdk/cluster-stage.js';
import type { ClusterStage } from '../../browser/sdk/cluster-stage.js';
import { allAreAmong, allSeeAndHear, expectNoTrouble } from '../../browser/sdk/expectations.js';
import type { Person } from '../../browser/sdk/person.js';
import { JOINTS } from '../../cluster/joints.js';
import type { Joint } from '../../cluster/joints.js';
import { chromiumPage, launchChromium } from '../../support/chromium.js';

const LONGEST_MS = 90_000;

describe.each(JOINTS)('two gateways over $name', ({ start }) => {
  let browser: Browser;
  let joint: Joint;
  let stage: ClusterStage;

  beforeAll(async () => {
    [browser, joint] = await Promise.all([launchChromium(), start()]);
    stage = await openClusterStage(joint.url);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), stage?.close()]);
    await joint?.stop();
  });

  test(
    'two in Chromium at each gateway see and hear each other; mute, a message and a leaving cross over',
    async () => {
      const people: Person[] = [];
      for (const [index, name] of ['ann', 'bo', 'cy', 'di'].entries())
        people.push(
          await stage.enter(await chromiumPage(browser), name, { room: 'four', gateways: [index % 2] }),
        );
      const [ann, bo, cy, di] = people as [Person, Person, Person, Person];
      await allAreAmong(...people);
      await allSeeAndHear(...people);

      await ann.ask('setMuted', 'microphone', true);
      await Promise.all([bo, cy, di].map((person) => becomesSilent(ann, person)));
      await ann.ask('setMuted', 'microphone', false);
      await allSeeAndHear(...people);

      await bo.ask('say', 'cy', ['hello']);
      await cy.until('hasHeard', 'bo', 1);

      await di.ask('leave');
      await allAreAmong(ann, bo, cy);
      for (const person of [ann, bo, cy]) await person.until('wasTold', 'peer di closed');
      await allSeeAndHear(ann, bo, cy);
      await expectNoTrouble(...people);
    },
    LONGEST_MS,
  );
});

async function becomesSilent(one: Person, other: Person): Promise<void> {
  await other.until('wasTold', `muted ${one.name} microphone`);
  await other.ask('forget');
  await other.until('isSilent', one.name);
}
