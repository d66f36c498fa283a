import assert from 'node:assert/strict';
import { exchange, takeChange } from '../support/changes.js';
import { assertClosed, assertError, assertRefused, takeError } from '../support/expect.js';
import { fence, greet, helloFor, join, newKey, newRoom, ofType, open } from '../support/native.js';
import { request, resultOf, waiting } from '../support/native.js';
import type { Frame, Member } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import type { Target } from '../support/target.js';

const signal = ofType('signal');
const nack = ofType('nack');

async function pair(target: Target): Promise<[Member, Member]> {
  const room = newRoom();
  const ann = await join(target, room);
  return [ann, await join(target, room)];
}

const seqOf = ({ header }: Frame): number => (header['link'] as number[])[1] ?? -1;

/** SIG-*, NACK-*. */
export const signals: readonly Scenario[] = [
  scenario(
    '[TRACE-1] a `traceparent` of a join or a signal changes nothing and reaches nobody; of another form it is refused',
    async (target) => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const room = newRoom();
      const bo = await join(target, room);
      const ann = await greet(target, room);
      const joining = { type: 'join', room, key: newKey(target), n: 1 };
      for (const bad of [
        '',
        'canary-traceparent',
        traceparent.replace('00', '01'),
        traceparent.toUpperCase(),
        1,
      ])
        assertRefused(await request(ann, { ...joining, traceparent: bad }), 'bad_request');
      const { you } = resultOf(await request(ann, { ...joining, traceparent }));
      await takeChange(bo, 'joined');
      ann.frame({ type: 'signal', to: bo.you, traceparent, kind: 'offer' }, '{}');
      const { raw } = await bo.take(signal);
      assert.equal(raw, `${JSON.stringify({ type: 'signal', from: you, kind: 'offer' })}\n{}`);
      ann.frame({ type: 'signal', to: bo.you, traceparent: 'canary-traceparent' }, '{}');
      await takeError(ann, 'bad_request');
      await fence(bo);
      assert(!bo.waiting.some((frame) => frame.raw.includes(traceparent)));
    },
  ),

  scenario(
    '[SIG-1] a signal comes with `from` set by the server, and all else as it was sent',
    async (target) => {
      const [ann, bo] = await pair(target);
      const cy = await join(target, ann.room);
      for (const from of [undefined, bo.you, cy.you, 'p_nobody', null, { id: cy.you }]) {
        const header = { type: 'signal', to: bo.you, from, kind: 'offer', link: [1, 2, 3], x: { a: 1 } };
        ann.frame(header, '{"type":"offer","sdp":"v=0"}');
        const { raw } = await bo.take(signal);
        const expected = { type: 'signal', from: ann.you, kind: 'offer', link: [1, 2, 3], x: { a: 1 } };
        assert.equal(raw, `${JSON.stringify(expected)}\n{"type":"offer","sdp":"v=0"}`);
      }
      await fence(cy);
      assert.deepEqual(waiting(cy, 'signal'), []);
    },
  ),

  scenario('[SIG-1] a signal to oneself comes to oneself, or is nacked', async (target) => {
    const ann = await join(target, newRoom());
    ann.frame({ type: 'signal', to: ann.you, link: [1, 1, 0] });
    const { header } = await ann.take(() => true);
    assert(header['from'] === ann.you || header['type'] === 'nack', JSON.stringify(header));
  }),

  scenario('[SIG-2] signals to one participant come in their order, each once', async (target) => {
    const [ann, bo] = await pair(target);
    const count = 150;
    for (let seq = 1; seq <= count; seq += 1) {
      ann.frame({ type: 'signal', to: bo.you, link: [1, seq, 0] }, 'x'.repeat((seq * 97) % 3_000));
    }
    await exchange(ann, bo);
    const seqs = waiting(bo, 'signal').map(seqOf);
    assert.deepEqual(
      seqs,
      Array.from({ length: count }, (_, i) => i + 1),
    );
  }),

  scenario(
    '[SIG-3] nothing of a participant comes before its `joined` or after its `left`',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room);
      for (let round = 0; round < 10; round += 1) {
        const bo = await open(target);
        bo.frame(await helloFor(target, room));
        bo.frame({ type: 'join', id: 2, room, key: newKey(target), n: 1 });
        for (let seq = 1; seq <= 3; seq += 1) bo.frame({ type: 'signal', to: ann.you, link: [1, seq, 0] });
        bo.frame({ type: 'leave', id: 3 });
        const reply = resultOf(await bo.take(({ header }) => header['id'] === 2));
        resultOf(await bo.take(({ header }) => header['id'] === 3));
        bo.frame({ type: 'signal', to: ann.you, link: [1, 9, 0], kind: 'late' });
        assertError(await bo.take(ofType('error')), 'not_joined');
        bo.close();
        const kinds: unknown[] = [];
        while (kinds.at(-1) !== 'left') {
          const frame = await ann.next();
          if (signal(frame)) {
            assert.equal(frame.header['from'], reply['you']);
            assert.notEqual(frame.header['kind'], 'late');
            kinds.push('signal');
          } else
            kinds.push(...(JSON.parse(frame.payload ?? '') as { what: string }[]).map(({ what }) => what));
        }
        assert.deepEqual([kinds[0], kinds.filter((kind) => kind === 'signal').length], ['joined', 3]);
      }
      await fence(ann);
      assert.deepEqual(ann.waiting, []);
    },
  ),

  scenario('[SIG-4] `kind` and `link` are passed on, whatever they say', async (target) => {
    const [ann, bo] = await pair(target);
    const greatest = 9_007_199_254_740_991;
    for (const kind of ['bye', 'leave', '', 'é'.repeat(16), 'x'.repeat(32), '__proto__']) {
      for (const link of [
        [0, 0, 0],
        [9, 1, 7],
        [greatest, greatest, greatest],
      ]) {
        ann.frame({ type: 'signal', to: bo.you, kind, link });
        const { header } = await bo.take(signal);
        assert.deepEqual(header, { type: 'signal', from: ann.you, kind, link });
      }
    }
  }),

  scenario('[NACK-1] a signal to somebody not known here is nacked', async (target) => {
    const ann = await join(target, newRoom());
    for (const link of [[1, 1, 0], undefined]) {
      ann.frame({ type: 'signal', to: 'p_never-was-here', link }, 'payload');
      const { header } = await ann.take(nack);
      assert.deepEqual([header['to'], header['link']], ['p_never-was-here', link]);
      if (header['reason'] === 'wait') assert.equal(header['retryAfterMs'], 100);
      else assert.equal(header['reason'], 'gone');
    }
  }),

  scenario('[NACK-1] a signal to who is away is nacked `away`', async (target) => {
    const [ann, bo] = await pair(target);
    bo.terminate();
    await takeChange(ann, 'status', { matches: ({ status }) => status === 'away' });
    ann.frame({ type: 'signal', to: bo.you, link: [3, 1, 0] });
    const away = (await ann.take(nack)).header;
    assert.deepEqual([away['to'], away['link'], away['reason']], [bo.you, [3, 1, 0], 'away']);
  }),

  scenario('[NACK-1] a signal to who has left is nacked `gone`', async (target) => {
    const ann = await join(target, newRoom());
    const cy = await join(target, ann.room);
    resultOf(await request(cy, { type: 'leave' }));
    await takeChange(ann, 'left');
    ann.frame({ type: 'signal', to: cy.you, link: [4, 1, 0] });
    const { header } = await ann.take(nack);
    assert.deepEqual([header['to'], header['link'], header['reason']], [cy.you, [4, 1, 0], 'gone']);
  }),

  scenario('[NACK-2] an acknowledgement alone is never nacked', async (target) => {
    const [ann, bo] = await pair(target);
    bo.terminate();
    await takeChange(ann, 'status', { matches: ({ status }) => status === 'away' });
    ann.frame({ type: 'signal', to: bo.you, link: [1, 0, 7] });
    ann.frame({ type: 'signal', to: 'p_never-was-here', link: [1, 0, 7] });
    ann.send(`${JSON.stringify({ type: 'signal', to: bo.you, link: [1, 0, 7] })}\n${'x'.repeat(50_000)}`);
    for (let i = 0; i < 260; i += 1) ann.frame({ type: 'signal', to: bo.you, link: [1, 0, i] });
    await fence(ann);
    assert.deepEqual(waiting(ann, 'nack'), []);
  }),

  scenario('[NACK-3] signals above the burst are nacked `rate`; all others arrive', async (target) => {
    const { limits, ...probe } = await greet(target);
    probe.close();
    const { burst = 0, signalsPerSecond = 1 } = limits;
    const [ann, bo] = await pair(target);
    const count = burst + 250;
    for (let seq = 1; seq <= count; seq += 1) ann.frame({ type: 'signal', to: bo.you, link: [1, seq, 0] });
    await fence(ann);
    const nacked = waiting(ann, 'nack');
    for (const { header, raw } of nacked) {
      assert.deepEqual([header['to'], header['reason']], [bo.you, 'rate'], raw);
      const retryAfterMs = header['retryAfterMs'] as number;
      assert(
        Number.isSafeInteger(retryAfterMs) && retryAfterMs > 0 && retryAfterMs <= 1_000 / signalsPerSecond,
        raw,
      );
    }
    assert(nacked.length > 0, `none of ${count} was nacked`);
    bo.frame({ type: 'signal', to: ann.you, kind: 'fence' });
    await ann.take(signal);
    await fence(bo);
    const arrived = waiting(bo, 'signal').map(seqOf);
    assert.deepEqual(
      arrived,
      [...arrived].sort((a, b) => a - b),
    );
    assert.deepEqual(
      [...arrived, ...nacked.map(seqOf)].sort((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i + 1),
    );
  }),

  scenario('[NACK-3] other frames above the rate are answered `rate_limited`', async (target) => {
    const [ann, bo] = await pair(target);
    const { limits, ...probe } = await greet(target);
    probe.close();
    const flood = (count: number): void => {
      for (let i = 0; i < count; i += 1) ann.frame({ type: 'signal', to: bo.you, link: [1, 0, 0] });
    };
    flood((limits['burst'] ?? 0) + 100);
    // The bucket gains a frame each few milliseconds, which may let one through on a slow machine.
    let [accepted, refused] = [0, false];
    while (!refused && accepted < 10) {
      flood(20);
      const answer = await request(ann, { type: 'message', cmd: accepted + 1 }, 'hi');
      refused = answer.header['result'] === undefined;
      if (refused) assert(Number(assertRefused(answer, 'rate_limited')['retryAfterMs']) > 0);
      else accepted += 1;
    }
    assert(refused);
    await exchange(bo, ann);
    assert.equal(waiting(bo, 'batch').length, accepted);
  }),

  scenario(
    '[NACK-3] [CLOSE-1] who goes on far above the rate is closed with 4101, and nobody else',
    async (target) => {
      const [ann, bo] = await pair(target);
      const cy = await join(target, ann.room);
      await takeChange(bo, 'joined');
      const { limits, ...probe } = await greet(target);
      probe.close();
      const flood = 12 * ((limits['burst'] ?? 0) + (limits['signalsPerSecond'] ?? 0));
      for (let seq = 1; seq <= flood; seq += 1) ann.frame({ type: 'signal', to: bo.you, link: [1, seq, 0] });
      const { header } = await assertClosed(ann, 4101);
      assert(Number(header['retryAfterMs']) > 0);
      await takeChange(bo, 'status', { matches: ({ participant }) => participant === ann.you });
      await exchange(bo, cy);
    },
  ),
];
