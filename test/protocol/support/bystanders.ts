import assert from 'node:assert/strict';
import { fence, join, newRoom, ofType } from './native.js';
import type { Frame, Member } from './native.js';
import type { Target } from './target.js';

/** Well below the told rate. */
const PACE_MS = 40;

/**
 * Runs `work` while two members of another room exchange signals, which must all arrive, in order, once, on connections
 * that stay; and nothing else may reach them.
 */
export async function withBystanders(target: Target, work: () => Promise<void>): Promise<void> {
  const room = newRoom();
  const ann = await join(target, room);
  const bo = await join(target, room);
  await ann.take(ofType('batch'));
  let over = false;
  const talk = (async () => {
    for (let seq = 1; ; seq += 1) {
      const last = over;
      await roundTrip(ann, bo, seq);
      if (last) return;
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await talk;
  }
  for (const member of [ann, bo]) {
    await fence(member);
    assert.deepEqual(
      member.waiting.map(({ raw }) => raw),
      [],
      'a bystander noticed',
    );
  }
  for (const member of [ann, bo]) member.close();
}

async function roundTrip(ann: Member, bo: Member, seq: number): Promise<void> {
  ann.frame({ type: 'signal', to: bo.you, link: [1, seq, seq - 1] }, `there ${seq}`);
  const there = await bo.next();
  expectSignal(there, [1, seq, seq - 1], `there ${seq}`);
  bo.frame({ type: 'signal', to: ann.you, link: [1, seq, seq] }, `back ${seq}`);
  const back = await ann.next();
  expectSignal(back, [1, seq, seq], `back ${seq}`);
}

function expectSignal({ header, payload, raw }: Frame, link: readonly number[], text: string): void {
  assert.deepEqual(
    [header['type'], header['link'], payload],
    ['signal', link, text],
    `a bystander got ${raw}`,
  );
}
