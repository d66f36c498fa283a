import { encodeRecord } from '@parley/protocol/internal';
import { describe, expect, test } from 'vitest';
import { createCluster } from './fixtures/cluster.js';
import type { Cluster, FakeGateway } from './fixtures/cluster.js';
import type { FakeClient } from './fixtures/sockets.js';
import { KEY } from './fixtures/rules.js';

interface Person {
  readonly client: FakeClient;
  readonly id: string;
}

async function enter(cluster: Cluster, index: number, name: string, more: object = {}): Promise<Person> {
  const client = await at(cluster, index).connect();
  client.say({ type: 'hello', id: 1 });
  client.say({ type: 'join', id: 2, room: 'standup', key: `${name}-${KEY}`, n: 1, ...more });
  await cluster.clock.advance(300);
  const [reply] = client.of('reply') as { result: { you: string } }[];
  return { client, id: reply?.result.you ?? '' };
}

function at({ gateways }: Cluster, index: number): FakeGateway {
  const gateway = gateways[index];
  if (gateway === undefined) throw new Error(`no gateway ${index}`);
  return gateway;
}

function carry({ gateways }: Cluster): void {
  for (let rounds = 0; rounds < 3; rounds += 1) for (const gateway of gateways) gateway.deliver();
}

function balance({ gateways }: Cluster) {
  const sum = (name: string): number =>
    gateways.reduce((total, { telemetry }) => total + telemetry.counted(name), 0);
  return {
    accepted: sum('parley_signals_accepted_total'),
    ended:
      sum('parley_signals_delivered_total') + sum('parley_nacks_total') + sum('parley_signals_dropped_total'),
  };
}

const SDP = '{"type":"offer","sdp":"v=0\\r\\n…\\n 한글 🎥"}\n\nmore';

describe.each([
  ['on one gateway', 0],
  ['on two gateways', 1],
])('signals between clients %s', (_where, other) => {
  const pair = async () => {
    const cluster = createCluster(2);
    const ann = await enter(cluster, 0, 'ann');
    const bo = await enter(cluster, other, 'bo');
    return { cluster, ann, bo };
  };

  test('[SIG-1] [FRAME-5] [FRAME-6] X5 arrive with a true from, and kind, link, x and payload as sent', async () => {
    const { cluster, ann, bo } = await pair();
    const x = { trace: 'abc', generation: 2 };
    ann.client.say({ type: 'signal', to: bo.id, from: bo.id, n: 99, kind: 'offer', link: [1, 1, 0], x }, SDP);
    carry(cluster);
    const frame = bo.client.received.at(-1);
    expect(frame?.text).toBe(
      `${JSON.stringify({ type: 'signal', from: ann.id, kind: 'offer', link: [1, 1, 0], x })}\n${SDP}`,
    );
    expect(ann.client.of('nack')).toEqual([]);
  });

  test('[FRAME-3] keep their kind of message; the payload may be any bytes', async () => {
    const { cluster, ann, bo } = await pair();
    const header = new TextEncoder().encode(`{"type":"signal","to":"${bo.id}"}\n`);
    ann.client.send(new Uint8Array([...header, 0, 1, 10, 65]), true);
    ann.client.say({ type: 'signal', to: bo.id });
    carry(cluster);
    expect(bo.client.received.slice(-2)).toEqual([
      { text: `{"type":"signal","from":"${ann.id}"}\n\u0000\u0001\nA`, binary: true },
      { text: `{"type":"signal","from":"${ann.id}"}`, binary: false },
    ]);
  });

  test('[SIG-2] 50 candidates arrive in their order, each once', async () => {
    const { cluster, ann, bo } = await pair();
    for (let i = 1; i <= 50; i += 1) ann.client.say({ type: 'signal', to: bo.id, link: [1, i, 0] }, `c${i}`);
    carry(cluster);
    const seqs = bo.client.of('signal').map(({ link }) => (link as number[])[1]);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(balance(cluster)).toEqual({ accepted: 50, ended: 50 });
  });

  test('[NACK-1] away, with the link, when the recipient has no connection', async () => {
    const { cluster, ann, bo } = await pair();
    bo.client.cut();
    await cluster.clock.settle();
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 2, 1] }, 'x');
    carry(cluster);
    expect(ann.client.of('nack')).toEqual([
      { type: 'nack', to: bo.id, link: [1, 2, 1], reason: 'away', retryAfterMs: 100 },
    ]);
    expect(balance(cluster)).toEqual({ accepted: 1, ended: 1 });
  });

  test('[SIG-3] [NACK-1] gone once it has left, and nothing of it arrives any more', async () => {
    const { cluster, ann, bo } = await pair();
    ann.client.say({ type: 'signal', to: bo.id }, 'one');
    carry(cluster);
    bo.client.say({ type: 'signal', to: ann.id }, 'last words');
    bo.client.say({ type: 'leave', id: 5 });
    await cluster.clock.settle();
    ann.client.say({ type: 'signal', to: bo.id }, 'two');
    carry(cluster);
    expect(ann.client.of('nack')).toMatchObject([{ to: bo.id, reason: 'gone' }]);
    expect(ann.client.of('signal')).toHaveLength(other === 0 ? 1 : 0);
    expect(bo.client.of('signal')).toHaveLength(1);
  });

  test('[NACK-1] wait while the recipient still reads its snapshot', async () => {
    const cluster = createCluster(2);
    const ann = await enter(cluster, 0, 'ann');
    const client = await at(cluster, other).connect();
    client.result = 'queued';
    client.say({ type: 'hello', id: 1 });
    client.say({ type: 'join', id: 2, room: 'standup', key: `bo-${KEY}`, n: 1 });
    await cluster.clock.advance(300);
    const [{ result }] = client.of('reply') as [{ result: { you: string } }];
    ann.client.say({ type: 'signal', to: result.you, link: [1, 1, 0] }, 'x');
    carry(cluster);
    expect(ann.client.of('nack')).toMatchObject([{ reason: 'wait', retryAfterMs: 100 }]);
    client.drain();
    ann.client.say({ type: 'signal', to: result.you, link: [1, 1, 0] }, 'x');
    carry(cluster);
    expect(client.of('signal')).toHaveLength(1);
  });

  test('[ROOM-2] I4 a member of another room is not reached by its id', async () => {
    const { cluster, ann } = await pair();
    const cara = await enter(cluster, other, 'cara', { room: 'elsewhere' });
    ann.client.say({ type: 'signal', to: cara.id, link: [1, 1, 0] }, 'x');
    carry(cluster);
    expect(cara.client.of('signal')).toEqual([]);
    expect(ann.client.of('nack')).toMatchObject([{ to: cara.id, reason: 'gone' }]);
  });

  test('[NACK-2] an acknowledgement alone is never nacked', async () => {
    const { cluster, ann, bo } = await pair();
    bo.client.cut();
    await cluster.clock.settle();
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 0, 7] });
    ann.client.say({ type: 'signal', to: 'p_nobody', link: [1, 0, 7] });
    carry(cluster);
    expect(ann.client.of('nack')).toEqual([]);
    expect(balance(cluster)).toEqual({ accepted: 2, ended: 2 });
  });

  test('[CLOSE-3] a signal that the socket drops closes the recipient, and the sender is nacked away', async () => {
    const { cluster, ann, bo } = await pair();
    bo.client.result = 'dropped';
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 1, 0] }, 'x');
    carry(cluster);
    expect(bo.client.closed).toMatchObject({ code: 4102 });
    expect(ann.client.of('nack')).toMatchObject([{ reason: 'away' }]);
    expect(balance(cluster)).toEqual({ accepted: 1, ended: 1 });
  });

  test('[FRAME-4] a signal of 48 KiB is told frame_too_large and nacked size', async () => {
    const { cluster, ann, bo } = await pair();
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 1, 0] }, 'x'.repeat(48 * 1024));
    carry(cluster);
    expect(ann.client.of('error')).toMatchObject([{ code: 'frame_too_large' }]);
    expect(ann.client.of('nack')).toEqual([{ type: 'nack', to: bo.id, link: [1, 1, 0], reason: 'size' }]);
    expect(balance(cluster)).toEqual({ accepted: 1, ended: 1 });
  });
});

describe('signals between gateways', () => {
  test('[NACK-1] R10 unreachable at once when nobody hears the other gateway, or the bus is down', async () => {
    const cluster = createCluster(2);
    const ann = await enter(cluster, 0, 'ann');
    const bo = await enter(cluster, 1, 'bo');
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 1, 0] }, 'x');
    const [lost] = at(cluster, 0).sent.splice(0);
    at(cluster, 0).assembly.undelivered(lost === undefined ? [] : [lost.record]);
    expect(ann.client.of('nack')).toMatchObject([{ to: bo.id, link: [1, 1, 0], reason: 'unreachable' }]);
    at(cluster, 0).connected = false;
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 1, 0] }, 'x');
    expect(ann.client.of('nack')).toHaveLength(2);
    expect(balance(cluster)).toEqual({ accepted: 2, ended: 2 });
  });

  test('[RESUME-3] I5 a signal of a lower n, or from a gateway that is not the bound one, is dropped; of a higher n is told wait', async () => {
    const cluster = createCluster(2);
    const ann = await enter(cluster, 0, 'ann', { n: 5 });
    const bo = await enter(cluster, 1, 'bo');
    const record = {
      type: 'signal',
      app: 'default',
      room: 'standup',
      from: ann.id,
      to: bo.id,
      link: [1, 1, 0],
    } as const;
    const frame = new TextEncoder().encode('{"type":"signal"}');
    const receive = (n: number, from: string): void =>
      at(cluster, 1).assembly.take(from, encodeRecord({ ...record, n }, frame));
    receive(4, 'g_0');
    receive(5, 'g_9');
    expect(bo.client.of('signal')).toEqual([]);
    expect(at(cluster, 1).sent).toEqual([]);
    receive(6, 'g_0');
    expect(new TextDecoder().decode(at(cluster, 1).sent[0]?.record)).toContain('"reason":"wait"');
    receive(5, 'g_0');
    expect(bo.client.of('signal')).toHaveLength(1);
    const { telemetry } = at(cluster, 1);
    expect(telemetry.counted('parley_signals_dropped_total', { reason: 'outdated' })).toBe(1);
    expect(telemetry.counted('parley_signals_dropped_total', { reason: 'stranger' })).toBe(1);
  });

  test('[SIG-3] before its joined a signal is told wait, after its left it is dropped', async () => {
    const cluster = createCluster(2);
    const ann = await enter(cluster, 0, 'ann');
    const bo = await enter(cluster, 1, 'bo');
    ann.client.say({ type: 'signal', to: bo.id, link: [1, 1, 0] }, 'x');
    carry(cluster);
    ann.client.say({ type: 'leave', id: 5 });
    await cluster.clock.settle();
    const frame = new TextEncoder().encode('{"type":"signal"}');
    const record = {
      type: 'signal',
      app: 'default',
      room: 'standup',
      n: 1,
      to: bo.id,
      link: [1, 2, 0],
    } as const;
    at(cluster, 1).assembly.take('g_0', encodeRecord({ ...record, from: ann.id }, frame));
    at(cluster, 1).assembly.take('g_0', encodeRecord({ ...record, from: 'p_not_yet' }, frame));
    expect(bo.client.of('signal')).toHaveLength(1);
    expect(at(cluster, 1).telemetry.counted('parley_signals_dropped_total', { reason: 'left' })).toBe(1);
    expect(at(cluster, 1).telemetry.counted('parley_nacks_total', { reason: 'wait' })).toBe(1);
  });

  test('X12 what is no record of ours disturbs nobody', async () => {
    const cluster = createCluster(1);
    const ann = await enter(cluster, 0, 'ann');
    const texts = [
      '',
      '{',
      'null',
      '{"type":"signal"}',
      '{"type":"signal"}\n',
      '{"type":"nack","to":"p_x"}',
      '[]',
    ];
    for (const text of texts) at(cluster, 0).assembly.take('g_1', new TextEncoder().encode(text));
    at(cluster, 0).assembly.undelivered([new TextEncoder().encode('{"type":"signal"}')]);
    expect(ann.client.closed).toBeUndefined();
  });
});
