import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeReport } from '../support/report.js';
import { firedAlerts } from './support/fired.js';
import type { Fired } from './support/fired.js';
import { recordBoards } from './support/record-boards.js';
import { createScenes } from './support/scenes.js';
import type { Scene } from './support/scenes.js';
import { keepRecording, summaryOf } from './support/summary.js';
import { createWorld } from './support/world.js';
import type { World } from './support/world.js';

const FILE = 'test/full/monitoring';
/** So many times faster than on the wall do the durations of the rules pass: a minute takes a second. */
const SPEED = 60;
/** Five scrapes; Grafana would take four. */
const RATE_INTERVAL = '5s';
const STEP_S = 2;
/** Connections that a gateway has at most: half of them are the crowd, when it is all on one. */
const LIMIT = 120;
/** Panels of what need not happen in this run: nothing is known of it until it does. */
const UNUSED = ['Whole rooms fetched', 'Joins that nobody waited for any more'];
const LONGEST_MS = 480_000;

/** A scene that was played, with its time in seconds from the beginning. */
interface Played {
  readonly scene: Scene;
  readonly letter: string;
  readonly from: number;
  readonly to: number;
}

let world: World;
beforeAll(async () => {
  world = await createWorld(SPEED, { MAX_CONNECTIONS: String(LIMIT), DRAIN_WINDOW_S: '20' });
}, 60_000);
afterAll(async () => {
  await world.stop();
}, 60_000);

test(
  'O4 O5 each alert that should fire does, no other does, and every panel shows what happens',
  async () => {
    const from = Date.now() / 1_000;
    const played = await playAll(from);
    const to = Date.now() / 1_000;
    const fired = await firedAlerts(world.prometheus, from, to);
    const boards = await recordBoards(world.prometheus, { from, to, step: STEP_S }, RATE_INTERVAL);
    const [quiet = 0, load = 0] = played.map((one) => Math.floor(one.to / STEP_S) - 1);
    const marks = played.map(({ letter, scene, from: at }) => ({
      ...{ letter, text: scene.what, atSeconds: Math.round(at) },
    }));
    keepRecording({ stepSeconds: STEP_S, count: Math.floor((to - from) / STEP_S) + 1, marks, boards });
    writeReport('monitoring', FILE, {
      scenes: played.map(({ letter, scene, ...span }) => ({
        ...{ letter, what: scene.what, must: scene.must, seconds: Math.round(span.to - span.from) },
        begun: begunIn(span, fired),
      })),
      boards: boards.map((board) => summaryOf(board, quiet, load)),
    });
    console.info(fired.map((one) => `${one.from} to ${one.to} s: ${one.alert}`).join('\n'));

    for (const one of played) judge(one, fired);
    const last = Math.floor(to - from) - 2;
    const pages = fired.filter((one) => one.alert.endsWith(' page') && one.to >= last);
    expect(pages, 'pages when all is well again').toEqual([]);
    const empty = boards.flatMap(({ panels }) => panels.filter(({ series }) => series.length === 0));
    expect(empty.map(({ title }) => title).filter((title) => !UNUSED.includes(title))).toEqual([]);
  },
  LONGEST_MS,
);

async function playAll(from: number): Promise<Played[]> {
  const played: Played[] = [];
  for (const [index, scene] of createScenes({ world }).entries()) {
    const began = Date.now() / 1_000 - from;
    await scene.play();
    const letter = String.fromCharCode(65 + index);
    played.push({ scene, letter, from: began, to: Date.now() / 1_000 - from });
  }
  return played;
}

/** The alerts that began to fire in that time, each once. */
function begunIn(span: { readonly from: number; readonly to: number }, fired: readonly Fired[]): string[] {
  const those = fired.filter((one) => one.from > span.from && one.from <= span.to);
  return [...new Set(those.map(({ alert }) => alert))];
}

function judge({ letter, scene: { what, must, may }, ...span }: Played, fired: readonly Fired[]): void {
  const during = fired.filter((one) => one.to >= span.from && one.from <= span.to);
  const absent = must.filter((name) => !during.some(({ alert }) => alert === name));
  expect(absent, `${letter}, ${what}: should fire`).toEqual([]);
  const surprising = begunIn(span, fired).filter((name) => ![...must, ...may].includes(name));
  expect(surprising, `${letter}, ${what}: should not fire`).toEqual([]);
}
