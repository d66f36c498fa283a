import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Crowd } from '../../ci/reliability/support/crowd.js';
import { joinRaw } from '../../support/raw-client.js';
import type { RawClient } from '../../support/raw-client.js';
import { writeReport } from '../support/report.js';
import { firedAlerts } from './support/fired.js';
import type { Fired } from './support/fired.js';
import type { Newcomers } from './support/newcomers.js';
import { recordBoards } from './support/record-boards.js';
import { createWorld } from './support/world.js';
import type { World } from './support/world.js';

const FILE = 'test/full/monitoring';
/** So many times faster than on the wall do the durations of the rules pass: a minute takes a second. */
const SPEED = 60;
/** Five scrapes; Grafana would take four. */
const RATE_INTERVAL = '5s';
const STEP_S = 2;
const LIMIT = 150;

/** One scene, and which alerts (`name severity`) it sets off. */
interface Scene {
  readonly letter: string;
  readonly what: string;
  /** These fire. */
  readonly must: readonly string[];
  /** What may begin to fire besides: other signs of the same fault, depending on who notices first. */
  readonly may: readonly string[];
  play(): Promise<void>;
}

let world: World;
let crowd: Crowd;
let newcomers: Newcomers;
const fillers: RawClient[] = [];
beforeAll(async () => {
  world = await createWorld(SPEED, { MAX_CONNECTIONS: String(LIMIT), DRAIN_WINDOW_S: '20', SOCKET: 'auto' });
}, 60_000);
afterAll(async () => {
  for (const filler of fillers) filler.terminate();
  await world.stop();
}, 60_000);

/** Time itself is what alerts wait for. */
const seconds = (count: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, count * 1_000));
const now = (): number => Date.now() / 1_000;

/** Long windows go on remembering what was: these may come late. */
const LATE = [
  'ParleyJoinsFail ticket',
  'ParleySignalsFail ticket',
  'ParleyResumesFail ticket',
  'ParleyConnectionsRefused ticket',
];

const scenes: readonly Scene[] = [
  { letter: 'A', what: 'nobody is there', must: [], may: [], play: () => seconds(20) },
  {
    letter: 'B',
    what: 'people come',
    ...{ must: [], may: [] },
    play: async () => {
      ({ crowd, newcomers } = await world.load());
      await seconds(40);
    },
  },
  {
    letter: 'C',
    what: 'a gateway is killed',
    must: ['ParleyTargetDown page'],
    may: [
      ...LATE,
      'ParleySignalsFail page',
      'ParleyClusterDisagrees page',
      'ParleyRecordsUndelivered ticket',
    ],
    play: async () => {
      await world.at('gateway-1').kill();
      await seconds(8);
      await world.restart('gateway-1');
      await crowd.whole(20_000);
      await seconds(10);
    },
  },
  {
    letter: 'D',
    what: 'Redis is silent for 12 s',
    must: [
      'ParleyDegraded page',
      'ParleyBusLate ticket',
      'ParleyStoreFails page',
      'ParleyJoinsFail page',
      'ParleyJoinsFail ticket',
    ],
    may: [
      ...[...LATE, 'ParleyNoGatewayReady page', 'ParleyTurnMintsFail page', 'ParleyBusLosesMessages ticket'],
      ...[
        'ParleyRoomsRefuse ticket',
        'ParleySignalsFail page',
        'ParleyClusterDisagrees page',
        'ParleyStoreSlow ticket',
      ],
      ...['ParleyGhostsLinger ticket', 'ParleyRoomCopiesStale ticket', 'ParleyBusFails ticket'],
    ],
    play: async () => {
      world.redis.proxy.set({ blackhole: true });
      await seconds(12);
      world.redis.proxy.heal();
      await crowd.whole(20_000);
      await seconds(20);
    },
  },
  {
    letter: 'E',
    what: 'a gateway is full',
    must: ['ParleyConnectionsNearLimit ticket', 'ParleyConnectionsRefused page'],
    may: LATE,
    play: async () => {
      await fill(world.urls[0] ?? '');
      await seconds(16);
      for (const filler of fillers) filler.close();
      await seconds(8);
    },
  },
  {
    letter: 'F',
    what: 'TURN credentials are down',
    must: ['ParleyTurnMintsFail page', 'ParleyTargetDown page'],
    may: [...LATE, 'ParleyClusterDisagrees page'],
    play: async () => {
      await world.at('turn-credentials-1').kill();
      await seconds(12);
      await world.restart('turn-credentials-1');
      await seconds(8);
    },
  },
  {
    letter: 'G',
    what: 'a gateway drains for too long',
    must: ['ParleyDrainDoesNotEnd ticket'],
    may: [...LATE, 'ParleyTargetDown page', 'ParleyClusterDisagrees page'],
    play: async () => {
      await world.at('gateway-2').stop();
      await world.restart('gateway-2');
      await seconds(5);
    },
  },
  {
    letter: 'H',
    what: 'browsers tell of bad calls',
    must: ['ParleyIceFails ticket', 'ParleyRelayShareHigh ticket', 'ParleyCallsConnectSlowly ticket'],
    may: LATE,
    play: async () => {
      newcomers.complain();
      await seconds(65);
    },
  },
];

/** People join until one is refused. */
async function fill(url: string): Promise<void> {
  for (let count = 0; count < LIMIT; count += 1) {
    const filler = await joinRaw(url, `fillers-${count % 20}`).catch(() => undefined);
    if (filler === undefined) return;
    fillers.push(filler);
  }
  throw new Error('it is not full');
}

test('O4 O5 each alert that should fire does, no other does, and every panel shows what happens', async () => {
  const from = now();
  const played: { scene: Scene; from: number; to: number }[] = [];
  for (const scene of scenes) {
    const began = now() - from;
    await scene.play();
    played.push({ scene, from: began, to: now() - from });
  }
  const to = now();
  const fired = await firedAlerts(world.prometheus, from, to);
  const grid = { from, to, step: STEP_S };
  const boards = await recordBoards(world.prometheus, grid, RATE_INTERVAL);
  const marks = played.map(({ scene: { letter, what }, from: at }) => ({
    letter,
    text: what,
    atSeconds: Math.round(at),
  }));
  writeReport('monitoring', FILE, {
    ...{
      speed: SPEED,
      stepSeconds: STEP_S,
      count: Math.floor((to - from) / STEP_S) + 1,
      marks,
      fired,
      boards,
    },
    musts: played.map(({ scene: { letter, must } }) => ({ letter, must })),
  });
  console.info(fired.map((one) => `${one.from} to ${one.to} s: ${one.alert}`).join('\n'));
  for (const { scene, ...span } of played) judge(scene, span, fired);
  const pages = fired.filter(
    ({ alert, to: until }) => alert.endsWith(' page') && until >= Math.floor(to - from) - 2,
  );
  expect(pages, 'pages when all is well again').toEqual([]);
  for (const { title, panels } of boards)
    for (const panel of panels)
      expect(
        panel.series.some(({ values }) => values.some((value) => value !== null)),
        `${title}: ${panel.title} has data`,
      ).toBe(true);
}, 340_000);

function judge(
  { letter, what, must, may }: Scene,
  span: { from: number; to: number },
  fired: readonly Fired[],
): void {
  const during = fired.filter((one) => one.to >= span.from && one.from <= span.to);
  const begun = during.filter((one) => one.from > span.from);
  expect(
    during.map(({ alert }) => alert),
    `${letter}: ${what}`,
  ).toEqual(expect.arrayContaining([...must]));
  expect([...must, ...may], `${letter}: ${what}`).toEqual(
    expect.arrayContaining(begun.map(({ alert }) => alert)),
  );
}
