import { expect } from 'vitest';

import { allAreAmong, allSeeAndHear, seesAnew, toldAbout } from './expectations.js';
import type { Person } from './person.js';
import { backAfterReload } from './reload.js';
import { renegotiateTogether } from './rounds.js';
import type { Stage } from './stage.js';
import { survivesKill } from './survival.js';

/** Lines said on the data channel, in each direction. */
const LINES = Array.from({ length: 100 }, (_, index) => `line ${index}`);
const ROUNDS = 30;

/** Something that a call must do, between any two browsers. */
export interface Thing {
  readonly what: string;
  /** What the two send from the beginning, unless it is camera and microphone. */
  readonly sends?: string;
  /** `first` was in the room before `second`; both have joined. */
  happens(first: Person, second: Person, stage: Stage): Promise<void>;
}

/** All of them. */
export const THINGS: readonly Thing[] = [
  { what: 'each sees and hears the other', happens: (first, second) => allSeeAndHear(first, second) },
  {
    what: 'mute is told, silences, and ends',
    happens: (first, second) => inBothDirections(muteArrives, first, second),
  },
  {
    what: "a screen arrives beside the camera, goes, and takes the camera's place",
    happens: (first, second) => inBothDirections(screenArrives, first, second),
  },
  {
    what: 'a camera that is turned on later arrives, also for the second time',
    sends: 'microphone',
    happens: (first, second) => inBothDirections(lateCameraArrives, first, second),
  },
  {
    what: 'a hundred messages arrive on a data channel in each direction, in order',
    happens: (first, second) => inBothDirections(messagesArrive, first, second),
  },
  {
    what: `both renegotiate in the same moment, ${ROUNDS} rounds`,
    happens: async (first, second) => void (await renegotiateTogether(first, second, ROUNDS)),
  },
  {
    what: 'who leaves the call, and then the room, goes',
    happens: leaverGoes,
  },
  {
    what: 'who reloads is back once and not twice',
    happens: (first, second) => backAfterReload(second, first),
  },
  {
    what: 'frames go on while the server is killed and started again, and both are back in the room',
    happens: (first, second, stage) => survivesKill(stage, first, second),
  },
];

async function inBothDirections(
  thing: (one: Person, other: Person) => Promise<void>,
  first: Person,
  second: Person,
): Promise<void> {
  await thing(first, second);
  await thing(second, first);
}

async function muteArrives(one: Person, other: Person): Promise<void> {
  await allSeeAndHear(one, other);
  await one.ask('setMuted', 'microphone', true);
  await other.until('wasTold', `muted ${one.name} microphone`);
  await other.ask('forget');
  await other.until('isSilent', one.name);
  await one.ask('setMuted', 'microphone', false);
  await other.until('wasTold', `muted ${one.name}`);
  await allSeeAndHear(one, other);
}

async function screenArrives(one: Person, other: Person): Promise<void> {
  await one.ask('turnOn', 'screen');
  await seesAnew(other, one, 'screen');
  await seesAnew(other, one, 'camera');
  await other.until('isShaped', one.name, 'screen', '1.33');
  await other.until('isShaped', one.name, 'camera', '1.78');
  await one.ask('turnOff', 'screen');
  await other.until('gets', `${one.name} camera`, `${one.name} microphone`);
  await one.ask('showScreenAsCamera');
  await other.until('isShaped', one.name, 'camera', '1.33');
  await seesAnew(other, one, 'camera');
}

async function lateCameraArrives(one: Person, other: Person): Promise<void> {
  for (const time of ['first', 'second']) {
    await one.ask('turnOn', 'camera');
    await seesAnew(other, one, 'camera');
    if (time === 'second') return;
    await one.ask('turnOff', 'camera');
    await other.until('gets', `${one.name} microphone`);
  }
}

async function messagesArrive(one: Person, other: Person): Promise<void> {
  await one.ask('say', other.name, LINES);
  await other.until('hasHeard', one.name, LINES.length);
  expect(await other.ask('heard', one.name)).toEqual(LINES);
}

async function leaverGoes(first: Person, second: Person): Promise<void> {
  await allSeeAndHear(first, second);
  await second.ask('hangUp');
  await first.until('wasTold', `peer ${second.name} closed`);
  await first.until('gets');
  await allAreAmong(first, second);
  await second.ask('leave');
  await allAreAmong(first);
  expect(await toldAbout(first, second, ['joined', 'left'])).toEqual([
    `joined ${second.name}`,
    `left ${second.name} left`,
  ]);
}
