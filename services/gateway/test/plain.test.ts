import { errorBody } from '@parley/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packFrames, readPlainFrame, unpackFrames } from '../src/dialects/plain-frames.js';
import { dequeue, EMPTY_QUEUE, enqueue, PLAIN_QUEUE_LIMITS } from '../src/dialects/plain-queue.js';
import type { PlainQueue } from '../src/dialects/plain-queue.js';
import { createCluster } from './fixtures/cluster.js';
import type { Cluster } from './fixtures/cluster.js';
import type { FakeClient } from './fixtures/sockets.js';
import { KEY } from './fixtures/rules.js';

async function open({ gateways, clock }: Cluster, query = '', index = 0): Promise<FakeClient> {
  const client = await gateways[index]?.connect(`/signaling${query}`);
  if (client === undefined) throw new Error(`no gateway ${index}`);
  await clock.settle();
  return client;
}

const texts = (client: FakeClient): string[] => client.received.map(({ text }) => text);

describe('the plain dialect', () => {
  test('[PLAIN-1] any JSON object goes byte for byte to the other one, in order, and not back', async () => {
    const cluster = createCluster(2);
    const ann = await open(cluster);
    const bo = await open(cluster, '?room=lobby', 1);
    const frames = [
      '{"type":"offer","sdp":{"type":"offer","sdp":"v=0\\r\\n"}}',
      ' { "type" : "whatever", "x": "한글 🎥 \\u0000" } ',
      '{}',
      ...Array.from({ length: 50 }, (_, i) => `{"type":"ice-candidate","candidate":{"i":${i}}}`),
    ];
    for (const frame of frames) ann.send(frame);
    await cluster.clock.settle();
    expect(texts(bo)).toEqual(frames);
    bo.send('{"type":"answer"}');
    await cluster.clock.settle();
    expect(texts(ann)).toEqual(['{"type":"answer"}']);
    expect(bo.received.every(({ binary }) => !binary)).toBe(true);
  });

  test('[PLAIN-2] the third is told room_full and closed with 4001; one leaves, and there is a place again', async () => {
    const cluster = createCluster();
    const ann = await open(cluster, '?room=two');
    await open(cluster, '?room=two');
    const third = await open(cluster, '?room=two');
    expect(JSON.parse(texts(third)[0] ?? '')).toMatchObject({ type: 'error', code: 'room_full' });
    expect(third.closed).toEqual({ code: 4001, reason: 'room_full' });
    ann.close(1001);
    await cluster.clock.settle();
    const fourth = await open(cluster, '?room=two');
    expect(fourth.closed).toBeUndefined();
    expect(texts(fourth)).toEqual([]);
  });

  test('[PLAIN-3] it leaves when its socket closes, without a resume window', async () => {
    const cluster = createCluster();
    const ann = await open(cluster);
    ann.cut();
    await cluster.clock.settle();
    expect(cluster.rooms.room('~plain', 'lobby')?.members.size).toBe(0);
    expect(cluster.rooms.commands.map((command) => command.do)).toEqual(['join', 'leave']);
  });

  test('[PLAIN-3] one that closes while it joins leaves nobody behind', async () => {
    const cluster = createCluster();
    const client = await cluster.gateways[0]?.connect('/signaling');
    client?.cut();
    await cluster.clock.settle();
    expect(cluster.rooms.room('~plain', 'lobby')?.members.size).toBe(0);
  });

  test('[PLAIN-4] nothing is kept for whoever comes later', async () => {
    const cluster = createCluster();
    const ann = await open(cluster);
    ann.send('{"type":"offer"}');
    await cluster.clock.settle();
    const bo = await open(cluster);
    ann.send('{"type":"late"}');
    await cluster.clock.settle();
    expect(texts(bo)).toEqual(['{"type":"late"}']);
  });

  test.each([
    ['binary', new Uint8Array([123, 125]), true, 'binary_not_allowed'],
    ['no JSON', 'hello', false, 'bad_frame'],
    ['an array', '[1]', false, 'bad_frame'],
    ['a number', '5', false, 'bad_frame'],
    ['bad UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), false, 'bad_frame'],
    ['48 KiB', `{"a":"${'x'.repeat(48 * 1024)}"}`, false, 'frame_too_large'],
  ])(
    '[PLAIN-5] %s is answered error, reaches nobody and closes nothing',
    async (_what, frame, binary, code) => {
      const cluster = createCluster();
      const ann = await open(cluster);
      const bo = await open(cluster);
      ann.send(frame, binary);
      ann.send('{"still":"here"}');
      await cluster.clock.settle();
      expect(texts(ann).map((text) => JSON.parse(text) as unknown)).toMatchObject([{ type: 'error', code }]);
      expect(texts(bo)).toEqual(['{"still":"here"}']);
      expect(ann.closed).toBeUndefined();
    },
  );

  test('[PLAIN-6] plain and native participants never meet, whatever the room is called', async () => {
    const cluster = createCluster();
    const native = await cluster.gateways[0]?.connect();
    native?.say({ type: 'hello', id: 1 });
    native?.say({ type: 'join', id: 2, room: 'lobby', key: KEY, n: 1 });
    await cluster.clock.advance(300);
    const ann = await open(cluster);
    ann.send('{"type":"offer"}');
    await cluster.clock.settle();
    expect(native?.of('batch')).toEqual([]);
    expect(cluster.rooms.room('default', 'lobby')?.members.size).toBe(1);
  });

  test('[PLAIN-6] it is not served where it is off', async () => {
    const cluster = createCluster(1, { plain: false });
    await expect(open(cluster)).rejects.toThrow('nothing upgrades /signaling');
  });

  test('while the owner cannot be reached frames wait, in order, and are told once', async () => {
    const cluster = createCluster();
    const ann = await open(cluster);
    const bo = await open(cluster);
    cluster.rooms.refuse = {
      ok: false,
      ...errorBody('unavailable'),
      error: 'unavailable',
      retryAfterMs: 300,
    };
    ann.send('{"n":1}');
    ann.send('{"n":2}');
    await cluster.clock.advance(1_000);
    cluster.rooms.refuse = undefined;
    await cluster.clock.advance(1_000);
    expect(texts(bo)).toEqual(['{"n":1}', '{"n":2}']);
  });

  test('I10 a queue that is full closes with 4101; an owner that stays away for 10 s with 4100', async () => {
    const cluster = createCluster(1, {
      limits: { ...createCluster().gateways[0]!.assembly.parts.config.limits, burst: 1_000 },
    });
    const ann = await open(cluster);
    cluster.rooms.refuse = { ok: false, error: 'unavailable', retryAfterMs: 300 };
    for (let i = 0; i < PLAIN_QUEUE_LIMITS.frames + 1; i += 1) ann.send('{}');
    expect(ann.closed).toBeUndefined();
    ann.send('{}');
    expect(ann.closed).toEqual({ code: 4101, reason: 'rate_limited' });
    const bo = await cluster.gateways[0]?.connect('/signaling');
    await cluster.clock.advance(11_000);
    expect(bo?.closed).toEqual({ code: 4100, reason: 'overloaded' });
  });

  test('[CLOSE-3] one that does not read is closed with 4102', async () => {
    const cluster = createCluster();
    const ann = await open(cluster);
    const bo = await open(cluster);
    bo.result = 'dropped';
    ann.send('{}');
    await cluster.clock.settle();
    expect(bo.closed).toMatchObject({ code: 4102 });
    expect(ann.closed).toBeUndefined();
  });
});

describe('plain frames', () => {
  const objects = fc.json().filter((text) => text.startsWith('{'));

  test('[PLAIN-1] any JSON objects survive being told in one message', () => {
    fc.assert(
      fc.property(fc.array(objects, { minLength: 1 }), (frames) => {
        for (const frame of frames)
          expect(readPlainFrame(new TextEncoder().encode(frame), false).ok).toBe(true);
        expect(unpackFrames(packFrames(frames))).toEqual(frames);
      }),
    );
  });

  test('[PLAIN-1] what is taken out of the queue is what was put in, in order, 64 KiB at a time or one frame', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        let queue: PlainQueue | undefined = EMPTY_QUEUE;
        const frames: string[] = [];
        for (const length of lengths) {
          const next: PlainQueue | undefined = enqueue(queue, 'x'.repeat(length));
          if (next === undefined) continue;
          queue = next;
          frames.push('x'.repeat(length));
        }
        const out: string[] = [];
        while (queue.frames.length > 0) {
          const taken = dequeue(queue);
          expect(taken.frames.length).toBeGreaterThan(0);
          expect(taken.frames.length === 1 || taken.frames.join('').length <= 64 * 1024).toBe(true);
          out.push(...taken.frames);
          queue = taken.rest;
        }
        expect(out).toEqual(frames);
        expect(queue.units).toBe(0);
      }),
    );
  });
});
