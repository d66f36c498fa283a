import fc from 'fast-check';

import type { Position } from '@parley/protocol';
import { emptyRoom } from '@parley/protocol/internal';
import type { Member, RoomRef } from '@parley/protocol/internal';

import { emptyModel, must, storeCommands, storedAt, textOf } from './store-model.js';
import type { StoreHarness } from './store-model.js';

/** One thing that a driver of the store port must do. */
export interface StoreCase {
  /** Never reused. */
  readonly id: string;
  readonly title: string;
  /** What the harness must offer; else the case does not apply and must be reported as not run. */
  readonly needs?: 'advance';
  /** Resolves if the driver does it; rejects with what was seen instead. */
  run(createHarness: () => Promise<StoreHarness>): Promise<void>;
}

const FIRST: Position = [7_340_032, 1];
const SECOND: Position = [7_340_032, 2];
const OTHER: Position = [9_000_000, 2];

/** The conformance suite of the store port; `modelRuns` sequences of calls are tried against the model. */
export function storeConformance(modelRuns = 100): readonly StoreCase[] {
  return [
    single('S1', 'nothing is stored of a new room', async ({ store }, ref) => {
      must((await store.load(ref)) === undefined, 'something was loaded');
      must((await store.touch(ref, FIRST)) === 'conflict', 'a room that is not there was touched');
      must(
        (await store.commit(ref, FIRST, storedAt(ref, SECOND, FIRST))) === 'conflict',
        'it was committed over',
      );
    }),
    single('S2', 'what was committed is loaded, members, lineage and batch included', roundTrip),
    single('S3', 'of two commits over one position one is done', race),
    single('S4', 'a commit over an equal version of another epoch is a conflict', async ({ store }, ref) => {
      await store.commit(ref, undefined, storedAt(ref, OTHER, [0, 0]));
      must(
        (await store.commit(ref, SECOND, storedAt(ref, SECOND, SECOND))) === 'conflict',
        'it was committed',
      );
      must((await store.touch(ref, SECOND)) === 'conflict', 'it was touched');
      must((await store.touch(ref, OTHER)) === 'ok', 'the stored position was not touched');
    }),
    single('S5', 'rooms of two apps, and names that look alike, never meet', noMixing),
    single('S6', 'ping resolves while the store answers', ({ store }) => store.ping()),
    modelCase('S7', modelRuns, false),
    modelCase('S8', modelRuns, true),
  ];
}

function single(
  id: string,
  title: string,
  check: (harness: StoreHarness, ref: RoomRef) => Promise<void>,
): StoreCase {
  return {
    ...{ id, title },
    run: async (createHarness) => {
      const harness = await createHarness();
      try {
        await check(harness, { app: `${harness.prefix}app`, room: 'standup' });
      } finally {
        await harness.close();
      }
    },
  };
}

function modelCase(id: string, numRuns: number, withTime: boolean): StoreCase {
  return {
    id,
    title: withTime ? 'any calls, the forgetting after an hour included' : 'any calls in any order',
    ...(withTime && { needs: 'advance' as const }),
    run: (createHarness) =>
      fc.assert(
        fc.asyncProperty(storeCommands(withTime), async (commands) => {
          const harness = await createHarness();
          try {
            await fc.asyncModelRun(() => ({ model: emptyModel(), real: harness }), commands);
          } finally {
            await harness.close();
          }
        }),
        { numRuns },
      ),
  };
}

async function roundTrip({ store }: StoreHarness, ref: RoomRef): Promise<void> {
  const member: Member = {
    ...{ id: 'p_1', sub: 'user \u{1F600} "', keyHash: 'k', n: 3, gateway: 'g_1', online: true, name: '이름' },
    ...{
      kind: 'standard',
      caps: ['link1'],
      attributes: { hand: 'up\n' },
      cmd: 2,
      cmdAt: FIRST,
      since: FIRST,
    },
  };
  const past = { terms: [[7, 40] as const], cut: true };
  const state = {
    ...emptyRoom(ref, 8),
    at: FIRST,
    past,
    locked: true,
    members: new Map([[member.id, member]]),
  };
  const stored = {
    state,
    batch: { at: FIRST, prev: SECOND, changes: [{ what: 'joined' as const, member }] },
  };
  must((await store.commit(ref, undefined, stored)) === 'ok', 'the first commit was refused');
  const loaded = await store.load(ref);
  must(textOf(loaded) === textOf(stored), `loaded ${textOf(loaded)}`);
}

async function race({ store }: StoreHarness, ref: RoomRef): Promise<void> {
  await store.commit(ref, undefined, storedAt(ref, FIRST, [0, 0]));
  const results = await Promise.all(
    [SECOND, OTHER].map((at) => store.commit(ref, FIRST, storedAt(ref, at, FIRST))),
  );
  must(results.filter((result) => result === 'ok').length === 1, `both answered ${results.join(' and ')}`);
  const winner = results[0] === 'ok' ? SECOND : OTHER;
  const at = (await store.load(ref))?.state.at.join('.');
  must(at === winner.join('.'), `${winner.join('.')} was done, and ${at ?? 'nothing'} is stored`);
}

async function noMixing({ store, prefix }: StoreHarness): Promise<void> {
  const refs = [
    ['a', 'b/c'],
    ['a/b', 'c'],
    ['a', 'B/c'],
    ['a', 'b:c'],
    ['a', ' b/c'],
    ['a', '*'],
  ].map(([app = '', room = '']) => ({ app: prefix + app, room }));
  for (const ref of refs)
    must((await store.commit(ref, undefined, storedAt(ref, FIRST, [0, 0]))) === 'ok', ref.room);
  for (const ref of refs)
    must((await store.load(ref))?.state.name === ref.room, `${ref.room} was overwritten`);
}
