import fc from 'fast-check';

import { samePosition } from '@parley/protocol';
import type { Position } from '@parley/protocol';
import { emptyRoom, encodeRoomState, roomKey } from '@parley/protocol/internal';
import type { RoomRef } from '@parley/protocol/internal';

import type { Store, Stored } from './port.js';

/** A store under test. */
export interface StoreHarness {
  readonly store: Store;
  /** Begins the names of apps, so that runs on one server do not meet. */
  readonly prefix: string;
  /** Lets time pass for the store; absent where nobody can. */
  advance?(ms: number): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly stored: Stored;
  readonly refreshedAt: number;
}

/** What the contract says that the store holds. */
interface Model {
  readonly rooms: Map<string, Entry>;
  now: number;
}

type StoreCommand = fc.AsyncCommand<Model, StoreHarness>;
/** Which position a command expects: the stored one, none, or one that was never committed. */
type Expectation = 'current' | 'none' | 'wrong';

const HOUR_MS = 3_600_000;
const NEVER: Position = [1, 999_999];

/** Sequences of calls for `fc.asyncModelRun`, each checked against the contract of the port. */
export function storeCommands(canAdvance: boolean): fc.Arbitrary<Iterable<StoreCommand>> {
  const room = fc.constantFrom('standup', 'a b', '회의', 'x/y:z');
  const at = fc.tuple(fc.integer({ min: 1, max: 2 ** 52 }), fc.integer({ min: 1, max: 9_999 }));
  const expected = fc.constantFrom<Expectation>('current', 'current', 'none', 'wrong');
  const arbitraries: fc.Arbitrary<StoreCommand>[] = [
    room.map((name) => load(name)),
    fc.record({ name: room, at, expected }).map((call) => commit(call)),
    fc.record({ name: room, expected }).map((call) => touch(call)),
  ];
  if (canAdvance) arbitraries.push(fc.constantFrom(60_000, HOUR_MS / 2, HOUR_MS + 1_000).map(advance));
  return fc.commands(arbitraries, { maxCommands: 40 });
}

/** Nothing is stored yet. */
export function emptyModel(): Model {
  return { rooms: new Map(), now: 0 };
}

function find(model: Model, name: string): Entry | undefined {
  const entry = model.rooms.get(name);
  return entry === undefined || model.now - entry.refreshedAt >= HOUR_MS ? undefined : entry;
}

function refOf(harness: StoreHarness, name: string): RoomRef {
  return { app: `${harness.prefix}app`, room: name };
}

function expectedPosition(entry: Entry | undefined, expected: Exclude<Expectation, 'none'>): Position {
  return expected === 'wrong' ? NEVER : (entry?.stored.state.at ?? NEVER);
}

function load(name: string): StoreCommand {
  return {
    check: () => true,
    run: async (model, harness) => {
      const loaded = await harness.store.load(refOf(harness, name));
      const entry = find(model, name);
      must(textOf(loaded) === textOf(entry?.stored), `load gave ${textOf(loaded)}`);
    },
    toString: () => `load(${name})`,
  };
}

function commit(call: { name: string; at: Position; expected: Expectation }): StoreCommand {
  const { name, at, expected } = call;
  return {
    check: () => true,
    run: async (model, harness) => {
      const ref = refOf(harness, name);
      const entry = find(model, name);
      const position = expected === 'none' ? undefined : expectedPosition(entry, expected);
      const stored = storedAt(ref, at, entry?.stored.state.at ?? [0, 0]);
      const result = await harness.store.commit(ref, position, stored);
      const fits = expected === 'none' ? entry === undefined : expected === 'current' && entry !== undefined;
      must(result === (fits ? 'ok' : 'conflict'), `commit over ${textOf(entry?.stored)} gave ${result}`);
      if (fits) model.rooms.set(name, { stored, refreshedAt: model.now });
    },
    toString: () => `commit(${name}, ${expected}, ${at.join('.')})`,
  };
}

function touch({ name, expected }: { name: string; expected: Expectation }): StoreCommand {
  return {
    check: () => expected !== 'none',
    run: async (model, harness) => {
      const entry = find(model, name);
      const position = expectedPosition(entry, expected === 'none' ? 'wrong' : expected);
      const fits = entry !== undefined && samePosition(entry.stored.state.at, position);
      const result = await harness.store.touch(refOf(harness, name), position);
      must(result === (fits ? 'ok' : 'conflict'), `touch gave ${result}`);
      if (fits) model.rooms.set(name, { ...entry, refreshedAt: model.now });
    },
    toString: () => `touch(${name}, ${expected})`,
  };
}

function advance(ms: number): StoreCommand {
  return {
    check: () => true,
    run: async (model, harness) => {
      await harness.advance?.(ms);
      model.now += ms;
    },
    toString: () => `advance(${ms})`,
  };
}

/** A room at a position, with a batch that leads there. */
export function storedAt(ref: RoomRef, at: Position, prev: Position): Stored {
  return {
    state: { ...emptyRoom(ref, 8), at },
    batch: { at, prev, changes: [{ what: 'settings', size: 8 }] },
  };
}

/** Text that is equal for equal rooms, however a driver keeps them. */
export function textOf(stored: Stored | undefined): string {
  if (stored === undefined) return 'nothing';
  const { state, batch } = stored;
  return `${roomKey({ app: state.app, room: state.name })} ${encodeRoomState(state)} ${JSON.stringify(batch)}`;
}

/** Throws what was seen against the contract. */
export function must(holds: boolean, seen: string): void {
  if (!holds) throw new Error(seen);
}
