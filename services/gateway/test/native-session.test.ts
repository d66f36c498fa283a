import { describe, expect, test } from 'vitest';
import { createCluster } from './fixtures/cluster.js';
import type { Cluster, FakeGateway } from './fixtures/cluster.js';
import type { FakeClient } from './fixtures/sockets.js';
import { KEY } from './fixtures/rules.js';

const gatewayOf = ({ gateways }: Cluster, index = 0): FakeGateway => {
  const gateway = gateways[index];
  if (gateway === undefined) throw new Error(`no gateway ${index}`);
  return gateway;
};

async function join(cluster: Cluster, key: string, more: object = {}, index = 0): Promise<FakeClient> {
  const client = await gatewayOf(cluster, index).connect();
  client.say({ type: 'hello', id: 1, features: ['link1'] });
  client.say({ type: 'join', id: 2, room: 'standup', key, n: 1, ...more });
  await cluster.clock.advance(300);
  return client;
}

const payloadsOf = (client: FakeClient, type: string): unknown[] =>
  client.received
    .filter(({ text }) => text.startsWith(`{"type":"${type}"`))
    .map(({ text }) => JSON.parse(text.slice(text.indexOf('\n') + 1)) as unknown);

describe('a native session', () => {
  test('[JOIN-1] [HELLO-3] hello and join in one flight: welcome, reply, snapshot with oneself in it, then batches', async () => {
    const cluster = createCluster();
    const ann = await join(cluster, KEY, { name: 'Ann', caps: ['link1'] });
    expect(ann.headers().map(({ type }) => type)).toEqual(['welcome', 'reply', 'snapshot']);
    const [reply] = ann.of('reply') as { result: { you: string; at: unknown } }[];
    expect(reply).toMatchObject({ id: 2, result: { resumed: false, iceServers: [] } });
    expect(ann.of('snapshot')).toEqual([
      { type: 'snapshot', part: 1, parts: 1, at: reply?.result.at, recovered: false },
    ]);
    expect(payloadsOf(ann, 'snapshot')).toMatchObject([
      {
        room: { name: 'standup', locked: false, size: 64 },
        participants: [{ id: reply?.result.you, name: 'Ann', status: 'online', caps: ['link1'] }],
      },
    ]);
    await join(cluster, `${KEY}-bo`, { name: 'Bo' });
    expect(ann.of('batch')).toMatchObject([{ prev: reply?.result.at }]);
    expect(payloadsOf(ann, 'batch')).toMatchObject([[{ what: 'joined', participant: { name: 'Bo' } }]]);
  });

  test('C5 a join in a room of n costs one frame to each of them, and three to the newcomer', async () => {
    const cluster = createCluster();
    const clients: FakeClient[] = [];
    for (let n = 0; n < 40; n += 1) {
      const before = clients.map(({ received }) => received.length);
      const newcomer = await join(cluster, `${KEY}-${n}`, { name: `N${n}` });
      const sends = clients.map(({ received }, index) => received.length - (before[index] ?? 0));
      expect(sends).toEqual(clients.map(() => 1));
      expect(newcomer.received).toHaveLength(3);
      clients.push(newcomer);
    }
  });

  test('keys go nowhere but through the hash', async () => {
    const cluster = createCluster();
    await join(cluster, KEY, { replaces: `${KEY}-old` });
    expect(JSON.stringify(cluster.rooms.commands)).not.toContain(KEY);
    expect(cluster.rooms.commands[0]).toMatchObject({
      keyHash: expect.any(String),
      replaces: expect.any(String),
    });
  });

  test('[MSG-1] a message comes to everybody, the sender included, and the reply carries its position', async () => {
    const cluster = createCluster(2);
    const ann = await join(cluster, KEY);
    const bo = await join(cluster, `${KEY}-bo`, {}, 1);
    ann.say({ type: 'message', id: 3, cmd: 1 }, '{"text":"hi"}');
    await cluster.clock.settle();
    const at = ann.of('reply').at(-1) as { result: { at: unknown } };
    for (const client of [ann, bo]) {
      expect(client.of('batch').at(-1)).toMatchObject({ at: at.result.at });
      expect(payloadsOf(client, 'batch').at(-1)).toMatchObject([{ what: 'message', data: '{"text":"hi"}' }]);
    }
  });

  test('[RESUME-1] [RESUME-2] [RESUME-3] a resume elsewhere gets the batches since, and closes the older connection', async () => {
    const cluster = createCluster(2);
    const ann = await join(cluster, KEY);
    const { result } = ann.of('reply')[0] as { result: { you: string; at: [number, number] } };
    await join(cluster, `${KEY}-bo`, { name: 'Bo' });
    const again = await join(cluster, KEY, { n: 2, at: result.at }, 1);
    expect(again.of('reply')).toMatchObject([{ result: { you: result.you, resumed: true } }]);
    expect(again.of('snapshot')).toEqual([]);
    expect(again.of('batch')).toMatchObject([{ prev: result.at }, {}]);
    expect(payloadsOf(again, 'batch')).toMatchObject([
      [{ what: 'joined', participant: { name: 'Bo' } }],
      [{ what: 'status', participant: result.you, status: 'online' }],
    ]);
    expect(ann.of('goodbye')).toMatchObject([{ code: 4009, reason: 'replaced' }]);
    expect(ann.closed).toMatchObject({ code: 4009 });
  });

  test('[RESUME-2] where the ring does not reach back there is a snapshot instead', async () => {
    const cluster = createCluster();
    cluster.rooms.ringLength = 1;
    const ann = await join(cluster, KEY);
    const { result } = ann.of('reply')[0] as { result: { at: [number, number] } };
    await join(cluster, `${KEY}-bo`, { name: 'Bo' });
    const again = await join(cluster, KEY, { n: 2, at: result.at });
    expect(again.of('snapshot')).toMatchObject([{ recovered: false }]);
    expect(again.of('batch')).toEqual([]);
  });

  test('[RESUME-4] when a connection is lost the others are told away', async () => {
    const cluster = createCluster();
    const ann = await join(cluster, KEY);
    const bo = await join(cluster, `${KEY}-bo`);
    ann.cut();
    await cluster.clock.settle();
    expect(payloadsOf(bo, 'batch').at(-1)).toMatchObject([{ what: 'status', status: 'away' }]);
  });

  test('[LEAVE-1] leave is told to the others, answered, and the connection may join again', async () => {
    const cluster = createCluster();
    const ann = await join(cluster, KEY);
    const bo = await join(cluster, `${KEY}-bo`);
    ann.say({ type: 'leave', id: 9, cmd: 1 });
    await cluster.clock.settle();
    expect(ann.of('reply').at(-1)).toMatchObject({ id: 9, result: { at: [7, expect.any(Number)] } });
    expect(payloadsOf(bo, 'batch').at(-1)).toMatchObject([{ what: 'left', reason: 'left' }]);
    ann.say({ type: 'join', id: 10, room: 'standup', key: `${KEY}-new`, n: 2 });
    await cluster.clock.advance(300);
    expect(ann.of('reply').at(-1)).toMatchObject({ id: 10, result: { resumed: false } });
    expect(ann.closed).toBeUndefined();
  });

  test('[TOKEN-1] tokens are asked for; a token cannot name the app of plain rooms', async () => {
    const cluster = createCluster();
    for (const [token, code] of [
      ['nonsense', 4003],
      ['app:~plain', 4003],
    ] as const) {
      const client = await gatewayOf(cluster).connect();
      client.say({ type: 'hello', id: 1, token });
      await cluster.clock.settle();
      expect(client.of('reply')).toMatchObject([{ id: 1, error: { code: 'token_invalid' } }]);
      expect(client.closed).toMatchObject({ code });
    }
  });

  test('[HELLO-1] X1 silence for 5 s is closed with 4102', async () => {
    const cluster = createCluster();
    const client = await gatewayOf(cluster).connect();
    await cluster.clock.advance(4_999);
    expect(client.closed).toBeUndefined();
    await cluster.clock.advance(1);
    expect(client.of('goodbye')).toMatchObject([{ code: 4102 }]);
    expect(client.closed).toMatchObject({ code: 4102 });
  });

  test('[REQ-6] without an owner a join is unavailable, and the connection goes on', async () => {
    const cluster = createCluster();
    cluster.rooms.refuse = { ok: false, error: 'unavailable', retryAfterMs: 400 };
    const ann = await join(cluster, KEY);
    expect(ann.of('reply')).toMatchObject([{ id: 2, error: { code: 'unavailable', retryAfterMs: 400 } }]);
    cluster.rooms.refuse = undefined;
    ann.say({ type: 'join', id: 3, room: 'standup', key: KEY, n: 1 });
    await cluster.clock.advance(300);
    expect(ann.of('reply').at(-1)).toMatchObject({ id: 3, result: { resumed: false } });
  });

  test('N5 a client that is gone when its join succeeds leaves nobody behind', async () => {
    const cluster = createCluster();
    const client = await gatewayOf(cluster).connect();
    client.say({ type: 'hello', id: 1 });
    client.say({ type: 'join', id: 2, room: 'standup', key: KEY, n: 1 });
    await Promise.resolve();
    client.cut();
    await cluster.clock.advance(300);
    expect(cluster.rooms.room('default', 'standup')?.members.size ?? 0).toBe(0);
  });

  test('[CLOSE-3] U8 a client that does not read is closed with 4102 at the first frame that is dropped', async () => {
    const cluster = createCluster();
    const ann = await join(cluster, KEY);
    const bo = await join(cluster, `${KEY}-bo`);
    ann.result = 'dropped';
    bo.say({ type: 'message', id: 3, cmd: 1 }, 'x');
    await cluster.clock.settle();
    expect(ann.closed).toMatchObject({ code: 4102, reason: 'slow_consumer' });
    expect(payloadsOf(bo, 'batch').at(-1)).toMatchObject([{ what: 'status', status: 'away' }]);
    expect(gatewayOf(cluster).telemetry.counted('parley_gateway_closes_total', { code: '4102' })).toBe(1);
  });

  test('a frame for a socket that has closed already counts as no slow consumer', async () => {
    const cluster = createCluster();
    const ann = await join(cluster, KEY);
    const bo = await join(cluster, `${KEY}-bo`);
    ann.dead = true;
    bo.say({ type: 'message', id: 3, cmd: 1 }, 'x');
    await cluster.clock.settle();
    const { telemetry } = gatewayOf(cluster);
    expect(telemetry.counted('parley_gateway_closes_total', { code: '1006' })).toBe(1);
    expect(telemetry.counted('parley_gateway_closes_total', { code: '4102' })).toBe(0);
  });

  test('U2 X12 a fault of our own closes that connection with 4202, is counted, and nobody else notices', async () => {
    const cluster = createCluster();
    const gateway = gatewayOf(cluster);
    const bo = await join(cluster, `${KEY}-bo`);
    const { copies } = gateway.assembly.parts;
    const { attach } = copies;
    copies.attach = () => {
      throw new TypeError('a slip');
    };
    const ann = await join(cluster, KEY);
    copies.attach = attach;
    expect(ann.of('goodbye')).toMatchObject([{ code: 4202, reason: 'internal', action: 'resume' }]);
    expect(ann.closed).toEqual({ code: 4202, reason: 'internal' });
    expect(gateway.telemetry.counted('parley_gateway_faults_total')).toBe(1);
    bo.say({ type: 'ping', id: 4 });
    expect(bo.of('pong')).toHaveLength(1);
    expect(bo.closed).toBeUndefined();
  });

  test('I10 when all have gone nothing is left: no timer, no connection, no seat', async () => {
    const cluster = createCluster();
    const gateway = gatewayOf(cluster);
    gateway.ice = { ttl: 600, afterMs: 10 };
    const clients = [await join(cluster, KEY), await join(cluster, `${KEY}-bo`)];
    for (const client of clients) client.close(1000);
    await cluster.clock.advance(1_000);
    expect(gateway.assembly.parts.connections.size).toBe(0);
    expect(gateway.telemetry.gauged('parley_gateway_connections', { dialect: 'native' })).toBe(0);
    expect(cluster.clock.pending).toBe(0);
  });
});

describe('ICE servers', () => {
  test('[JOIN-8] come with the reply, and are pushed again at 80 % of their life', async () => {
    const cluster = createCluster();
    gatewayOf(cluster).ice = { ttl: 600, afterMs: 50 };
    const ann = await join(cluster, KEY);
    expect(ann.of('reply')).toMatchObject([{ result: { iceServers: [{ urls: 'stun:stun.test:3478' }] } }]);
    expect(ann.of('ice-servers')).toEqual([]);
    await cluster.clock.advance(481_000);
    expect(ann.of('ice-servers')).toMatchObject([
      { ttl: 600, iceServers: [{ urls: 'stun:stun.test:3478' }] },
    ]);
  });

  test('[JOIN-8] a join waits 250 ms for them and not longer; later ones are pushed', async () => {
    const cluster = createCluster();
    gatewayOf(cluster).ice = { ttl: 600, afterMs: 900 };
    const ann = await gatewayOf(cluster).connect();
    ann.say({ type: 'hello', id: 1 });
    ann.say({ type: 'join', id: 2, room: 'standup', key: KEY, n: 1 });
    await cluster.clock.advance(249);
    expect(ann.of('reply')).toEqual([]);
    await cluster.clock.advance(1);
    expect(ann.of('reply')).toMatchObject([{ result: { iceServers: [] } }]);
    await cluster.clock.advance(700);
    expect(ann.of('ice-servers')).toHaveLength(1);
  });

  test('[JOIN-1] what happens while a join waits for them is in the snapshot, once', async () => {
    const cluster = createCluster();
    gatewayOf(cluster).ice = { ttl: 600, afterMs: 900 };
    const ann = await gatewayOf(cluster).connect();
    ann.say({ type: 'hello', id: 1 });
    ann.say({ type: 'join', id: 2, room: 'standup', key: KEY, n: 1 });
    await cluster.clock.advance(100);
    const bo = await gatewayOf(cluster).connect();
    bo.say({ type: 'hello', id: 1 });
    bo.say({ type: 'join', id: 2, room: 'standup', key: `${KEY}-bo`, n: 1 });
    await cluster.clock.advance(150);
    expect(ann.headers().map(({ type }) => type)).toEqual(['welcome', 'reply', 'snapshot']);
    const [{ participants }] = payloadsOf(ann, 'snapshot') as [{ participants: unknown[] }];
    expect(participants).toHaveLength(2);
    await cluster.clock.advance(1_000);
    expect(ann.of('batch')).toEqual([]);
  });
});
