import assert from 'node:assert/strict';
import { changesOf, exchange, followBatches, takeChange, waitingChanges } from '../support/changes.js';
import { assertClosed } from '../support/expect.js';
import { fence, greet, join, newRoom, ofType, rejoin, request, resultOf } from '../support/native.js';
import { takeSnapshot, waiting } from '../support/native.js';
import type { Member, Position } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import type { Target } from '../support/target.js';

async function pair(target: Target): Promise<[Member, Member]> {
  const room = newRoom();
  const ann = await join(target, room);
  const bo = await join(target, room);
  await takeChange(ann, 'joined');
  return [ann, bo];
}

/** By so much two clocks of one machine may differ over a few seconds. */
const CLOCK_MS = 10;

async function resumeMsOf(target: Target): Promise<number> {
  const { limits, close } = await greet(target);
  close();
  return limits['resumeMs'] ?? 0;
}

/** RESUME-*. */
export const resumes: readonly Scenario[] = [
  scenario(
    '[RESUME-1] a known key with a greater `n` resumes, and others see neither left nor joined',
    async (target) => {
      const [ann, bo] = await pair(target);
      bo.terminate();
      let again = await rejoin(target, bo, { n: 7, name: 'Another' });
      assert.deepEqual([again.resumed, again.you], [true, bo.you]);
      again = await rejoin(target, again);
      assert.deepEqual([again.resumed, again.you], [true, bo.you]);
      await exchange(ann, again);
      await exchange(again, ann);
      const seen = waitingChanges(ann).filter(({ what }) => what !== 'status');
      assert.deepEqual(seen, []);
    },
  ),

  scenario(
    '[RESUME-2] a resume with `at` is followed by the batches after it, and by no snapshot',
    async (target) => {
      const [ann, bo] = await pair(target);
      const at = bo.at;
      bo.terminate();
      for (let cmd = 1; cmd <= 5; cmd += 1)
        resultOf(await request(ann, { type: 'message', cmd }, `text ${cmd}`));
      const again = await rejoin(target, bo, { at });
      await takeChange(again, 'message', { matches: ({ data }) => data === 'text 5' }).then(({ batch }) => {
        const before = waiting(again, 'batch').filter(({ header }) =>
          isBefore(header['at'], batch.header['at']),
        );
        followBatches([...before, batch], at);
        const texts = [...before, batch].flatMap(changesOf).flatMap(({ data }) => data ?? []);
        assert.deepEqual(texts, ['text 1', 'text 2', 'text 3', 'text 4', 'text 5']);
      });
      assert.deepEqual(waiting(again, 'snapshot'), []);
    },
  ),

  scenario(
    '[RESUME-2] a resume from where the room is gets nothing but what happens next',
    async (target) => {
      const [ann, bo] = await pair(target);
      const again = await rejoin(target, bo, { at: bo.at });
      const caughtUp = again.at;
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'next'));
      const { batch } = await takeChange(again, 'message');
      const before = waiting(again, 'batch').filter(({ header }) =>
        isBefore(header['at'], batch.header['at']),
      );
      followBatches([...before, batch], bo.at);
      assert(before.every(({ header }) => !isBefore(caughtUp, header['at'])));
      assert.deepEqual(waiting(again, 'snapshot'), []);
    },
  ),

  scenario(
    '[RESUME-2] an `at` that is not in the history, or none, is followed by a snapshot',
    async (target) => {
      const [ann, bo] = await pair(target);
      const [epoch, version] = bo.at;
      const greatest = 9_007_199_254_740_991;
      const strange: (Position | undefined)[] = [
        undefined,
        [0, 0],
        [epoch - 1, version],
        [epoch, version + 1_000],
        [epoch + 1, 1],
        [greatest, greatest],
      ];
      let member = bo;
      for (const at of strange) {
        const client = await greet(target, bo.room, { identity: bo.identity });
        const { key, n } = member;
        const asked = { type: 'join', id: 77, room: bo.room, key, n: n + 1, ...(at && { at }) };
        client.frame(asked);
        const result = resultOf(await client.take(({ header }) => header['id'] === 77));
        assert.deepEqual([result['resumed'], result['you']], [true, bo.you]);
        const { header } = await client.take(ofType('snapshot'));
        assert.equal(header['recovered'], false);
        assert.deepEqual(waiting(client, 'batch'), [], `batches before the snapshot after ${String(at)}`);
        member = Object.assign(client, { ...member, n: n + 1 });
      }
      await fence(ann);
    },
  ),

  scenario('[RESUME-2] after more batches than anybody keeps: all of them, or a snapshot', async (target) => {
    const [ann, bo] = await pair(target);
    for (let cmd = 1; cmd <= 70; cmd += 1) {
      resultOf(await request(ann, { type: 'update', cmd, name: `name ${cmd}` }));
    }
    const again = await rejoin(target, bo, { at: bo.at });
    resultOf(await request(ann, { type: 'message', cmd: 71 }, 'last'));
    const { batch } = await takeChange(again, 'message');
    const batches = [...waiting(again, 'batch'), batch];
    if (waiting(again, 'snapshot').length === 0) return void followBatches(batches, bo.at);
    const { at } = again.waiting.find(ofType('snapshot'))?.header ?? {};
    const roster = await takeSnapshot(again);
    assert(roster.some(({ name }) => name === 'name 70'));
    followBatches(batches, at as Position);
  }),

  scenario(
    '[RESUME-3] [CLOSE-1] a resume closes the connection of the lower `n` with 4009',
    async (target) => {
      const [ann, bo] = await pair(target);
      const again = await rejoin(target, bo);
      const { raw } = await assertClosed(bo, 4009);
      assert.match(raw, /"action":"stop"/);
      await exchange(ann, again);
      assert.deepEqual(waitingChanges(ann, 'left'), []);
    },
  ),

  scenario('[RESUME-3] no signal of a lower `n` is delivered after the resume', async (target) => {
    const [ann, bo] = await pair(target);
    // It does not read: the goodbye and the close wait in its buffer, and it goes on sending.
    bo.socket.pause();
    const again = await rejoin(target, bo);
    for (let seq = 1; seq <= 20; seq += 1) {
      bo.frame({ type: 'signal', to: ann.you, kind: 'old', link: [1, seq, 0] });
    }
    await exchange(again, ann);
    bo.socket.resume();
    await bo.closed;
    await exchange(again, ann);
    assert.deepEqual(waiting(ann, 'signal'), []);
  }),

  scenario(
    '[RESUME-4] a lost connection is told `away`, and not before the window has passed `expired`',
    async (target) => {
      const resumeMs = await resumeMsOf(target);
      const room = newRoom();
      const ann = await join(target, room);
      const others = await Promise.all(Array.from({ length: 8 }, () => join(target, room)));
      const lost = new Map<unknown, number>();
      // Lost at different times of whatever grain the server's clock has.
      for (const { you, terminate } of others) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        lost.set(you, performance.now());
        terminate();
      }
      const told: string[] = [];
      const waited: number[] = [];
      while (waited.length < others.length) {
        for (const { what, participant, ...more } of changesOf(
          await ann.take(ofType('batch'), resumeMs + 10_000),
        )) {
          const since = lost.get(participant);
          if (since === undefined || what === 'joined') continue;
          told.push(`${what} ${String(more['status'] ?? more['reason'])}`);
          if (what === 'left') waited.push(performance.now() - since);
        }
      }
      assert.deepEqual(told.sort(), [
        ...others.map(() => 'left expired'),
        ...others.map(() => 'status away'),
      ]);
      const [shortest, longest] = [Math.min(...waited), Math.max(...waited)];
      assert(longest < resumeMs + 5_000, `expired after ${longest} ms of ${resumeMs}`);
      const [first] = others;
      assert(first);
      const again = await rejoin(target, first);
      assert.equal(again.resumed, false);
      assert.notEqual(again.you, first.you);
      assert(shortest >= resumeMs - CLOCK_MS, `expired after ${shortest} ms of ${resumeMs}`);
    },
  ),

  scenario(
    '[RESUME-4] who is back within the window is told `online`, and does not expire',
    async (target) => {
      const resumeMs = await resumeMsOf(target);
      const [ann, bo] = await pair(target);
      const other = await join(target, bo.room);
      bo.terminate();
      await takeChange(ann, 'status', { matches: ({ status }) => status === 'away' });
      const again = await rejoin(target, bo);
      const { change } = await takeChange(ann, 'status', { matches: ({ status }) => status === 'online' });
      assert.deepEqual(change, { what: 'status', participant: bo.you, status: 'online' });
      // The window of another one, lost later, ends after that of the one that came back.
      other.terminate();
      const gone = await takeChange(ann, 'left', { ms: resumeMs + 10_000 });
      assert.equal(gone.change['participant'], other.you);
      await exchange(ann, again);
    },
  ),
];

function isBefore(a: unknown, b: unknown): boolean {
  const [[epoch, version], [otherEpoch, otherVersion]] = [a as Position, b as Position];
  return epoch < otherEpoch || (epoch === otherEpoch && version < otherVersion);
}
