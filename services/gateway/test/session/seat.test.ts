import { encodeFrame } from '@parley/protocol';
import type { Position, Snapshot, SnapshotPart } from '@parley/protocol';
import { emptyRoom } from '@parley/protocol/internal';
import type { Member, RoomState } from '@parley/protocol/internal';
import { createVirtualClock } from '@parley/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientBatch } from '../../src/rooms/room-copies.js';
import { CATCH_UP_MS, createSeat } from '../../src/session/seat.js';
import { snapshotFrames } from '../../src/session/snapshot-frames.js';
import type { SendResult } from '../../src/socket/port.js';

function member(id: string, more: Partial<Member> = {}): Member {
  return {
    ...{ id, sub: id, keyHash: id, n: 1, gateway: 'g_0', online: true, name: id, kind: 'standard' },
    ...{ caps: [], attributes: {}, cmd: 0, cmdAt: [1, 1], since: [1, 1] },
    ...more,
  };
}

function roomAt(at: Position, members: readonly Member[]): RoomState {
  const room = emptyRoom({ app: 'default', room: 'r' }, 64);
  return { ...room, at, members: new Map(members.map((one) => [one.id, one])) };
}

interface Header {
  readonly type: string;
  readonly at: Position;
  readonly prev?: Position;
  readonly part?: number;
  readonly parts?: number;
}

/** A seat over a room whose version grows, a ring of a given length, and a socket that buffers at will. */
function rig(ringLength: number) {
  const clock = createVirtualClock();
  const members = [
    member('p_A'),
    ...Array.from({ length: 200 }, (_, i) => member(`p_${i}`, { name: 'x'.repeat(250) })),
  ];
  let state = roomAt([1, 10], members);
  const ring: ClientBatch[] = [];
  const received: Header[] = [];
  const world = { result: 'sent' as SendResult, slow: 0 };
  const seat = createSeat(
    {
      clock,
      copies: {
        copy: () => state,
        replay: (_room, at) => {
          const from = ring.findIndex(({ prev }) => prev[1] === at[1]);
          return from < 0 ? undefined : ring.slice(from);
        },
      },
      send: (bytes) => {
        if (world.result === 'dropped') return 'dropped';
        received.push(JSON.parse(new TextDecoder().decode(bytes).split('\n')[0] ?? '') as Header);
        return world.result;
      },
      onEnd: () => undefined,
      onDropped: () => void (world.slow += 1),
      onSlow: () => void (world.slow += 1),
    },
    { room: { app: 'default', room: 'r' }, you: 'p_A', n: 1, resumed: false },
  );
  const commit = (): void => {
    const prev = state.at;
    const at: Position = [1, prev[1] + 1];
    state = { ...state, at };
    const batch = { at, prev, frame: encodeFrame({ type: 'batch', at, prev }, '[]') };
    ring.push(batch);
    if (ring.length > ringLength) ring.shift();
    seat.deliver(batch);
  };
  return { clock, seat, received, world, commit, at: () => state.at };
}

describe('a seat', () => {
  test('[SNAP-1] [SNAP-2] [BATCH-1] [N9] however slowly the client reads, it gets whole snapshots and batches without a gap', () => {
    const acts = fc.array(fc.constantFrom('commit', 'commit', 'queue', 'drain', 'free'), { maxLength: 120 });
    fc.assert(
      fc.property(acts, fc.integer({ min: 1, max: 20 }), fc.nat(10), (script, ringLength, behind) => {
        const { seat, received, world, commit, at } = rig(ringLength);
        for (let i = 0; i < behind; i += 1) commit();
        world.result = script.length % 2 === 0 ? 'sent' : 'queued';
        seat.begin(behind % 2 === 0 ? undefined : [1, 10]);
        for (const act of script) {
          if (act === 'commit') commit();
          if (act === 'queue') world.result = 'queued';
          if (act === 'free') world.result = 'sent';
          if (act === 'drain') seat.drained();
        }
        world.result = 'sent';
        seat.drained();
        check(received, behind % 2 === 0 ? undefined : [1, 10]);
        expect(seat.live).toBe(true);
        expect(received.at(-1)?.at ?? [1, 10]).toEqual(at());
      }),
      { numRuns: 300 },
    );
  });

  test('[N9] the next part is sent only when the socket has taken the one before', () => {
    const { seat, received, world } = rig(8);
    world.result = 'queued';
    seat.begin(undefined);
    expect(received).toHaveLength(1);
    seat.drained();
    expect(received.map(({ part }) => part)).toEqual([1, 2]);
    expect(seat.live).toBe(false);
    seat.drained();
    expect(seat.live).toBe(true);
  });

  test('I10 a client that does not take in the room in 30 s is slow; one that does has no timer left', async () => {
    const slow = rig(8);
    slow.world.result = 'queued';
    slow.seat.begin(undefined);
    await slow.clock.advance(CATCH_UP_MS);
    expect(slow.world.slow).toBe(1);
    const quick = rig(8);
    quick.seat.begin(undefined);
    expect(quick.clock.pending).toBe(0);
  });

  test('[CLOSE-3] a dropped frame is told, and after its end nothing is sent', () => {
    const { seat, received, world, commit } = rig(8);
    seat.begin(undefined);
    const before = received.length;
    world.result = 'dropped';
    commit();
    expect(world.slow).toBe(1);
    seat.stop();
    world.result = 'sent';
    commit();
    expect(seat.transmit(new Uint8Array(1), false)).toBe(false);
    expect(received).toHaveLength(before);
  });
});

/** What a client does: parts make a snapshot, a batch must fit behind where it is. */
function check(received: readonly Header[], start: Position | undefined): void {
  let position = start;
  let next = 1;
  for (const { type, at, prev, part, parts } of received) {
    if (type === 'snapshot') {
      expect(part).toBe(next);
      next = part === parts ? 1 : next + 1;
      if (part === parts) position = at;
    } else {
      expect(next).toBe(1);
      expect(prev).toEqual(position);
      position = at;
    }
  }
  expect(next).toBe(1);
}

describe('a snapshot', () => {
  test('[SNAP-1] in parts of 48 KiB at most, with everybody in them once, but hidden others', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(250), fc.boolean(), (count, nameLength, hidden) => {
        const others = Array.from({ length: count }, (_, i) =>
          member(`p_${i}`, {
            name: '한'.repeat(nameLength / 3),
            kind: hidden && i % 3 === 0 ? 'hidden' : 'standard',
          }),
        );
        const frames = snapshotFrames(roomAt([3, 4], [member('p_A', { kind: 'hidden' }), ...others]), 'p_A');
        const parts = frames.map((frame) => {
          expect(frame.length).toBeLessThanOrEqual(48 * 1024);
          const text = new TextDecoder().decode(frame);
          const end = text.indexOf('\n');
          return [JSON.parse(text.slice(0, end)), JSON.parse(text.slice(end + 1))] as [
            Snapshot,
            SnapshotPart,
          ];
        });
        expect(parts.map(([header]) => [header.part, header.parts, header.at])).toEqual(
          frames.map((_, i) => [i + 1, frames.length, [3, 4]]),
        );
        const seen = parts.flatMap(([, { participants }]) => participants.map(({ id }) => id));
        const shown = others.filter(({ kind }) => kind !== 'hidden').map(({ id }) => id);
        expect(seen).toEqual(['p_A', ...shown]);
      }),
      { numRuns: 50 },
    );
  });
});
