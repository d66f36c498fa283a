import { randomBytes } from 'node:crypto';
import { startCluster, startRedis } from '@parley/testkit';
import type { Cluster, RedisServer } from '@parley/testkit';
import type { RoomTimeline } from '@parley/rooms';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { joinRaw, randomKey } from '../../support/raw-client.js';

const TOKEN = 'the-token-of-an-operator';

type Client = Awaited<ReturnType<typeof joinRaw>>;
type Link = readonly [gen: number, seq: number, ack: number];

let redis: RedisServer;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await startCluster({
    ...{ busUrl: redis.url, storeUrl: redis.url, gateways: 2, rooms: 1 },
    env: { ADMIN_TOKEN: TOKEN, CLUSTER_SECRET: randomBytes(32).toString('hex') },
  });
  await cluster.ready();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const urlOf = (gateway: number): string => cluster.gateways[gateway]?.url ?? '';

async function ask(room: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${cluster.rooms[0]?.adminUrl}/v1/rooms/${encodeURIComponent(room)}/timeline`, { headers });
}

async function timelineOf(room: string): Promise<RoomTimeline> {
  const answer = await ask(room, { authorization: `Bearer ${TOKEN}` });
  expect(answer.status).toBe(200);
  return (await answer.json()) as RoomTimeline;
}

/** Codes and texts of the verdicts on two participants. */
async function verdictsOn(room: string, a: Client, b: Client): Promise<Record<string, string>> {
  const { pairs } = await timelineOf(room);
  const pair = pairs.find(({ between }) => between.includes(a.you) && between.includes(b.you));
  return Object.fromEntries((pair?.verdicts ?? []).map(({ code, text }) => [code, text]));
}

/** The text of that verdict, once it is the first on the two. */
function verdictOf(code: string, room: string, [a, b]: readonly [Client, Client]): Promise<string> {
  const look = async (): Promise<string> => {
    const [first] = Object.entries(await verdictsOn(room, a, b));
    if (first?.[0] !== code) throw new Error(`the verdict is ${first?.[0]}`);
    return first[1];
  };
  return vi.waitFor(look, { timeout: 6_000, interval: 100 });
}

/** Sends one signal and waits until its recipient has it. */
async function carry(from: Client, to: Client, kind: string | undefined, link: Link): Promise<void> {
  from.frame({ type: 'signal', to: to.you, ...(kind !== undefined && { kind }), link }, kind && '{}');
  await to.take(
    ({ header }) => header['from'] === from.you && `${String(header['link'])}` === `${String(link)}`,
  );
}

test('a call over two gateways: each step of each pair with its times, and what is left to know', async () => {
  const room = '회의 / 1';
  const [ann, bo] = [await joinRaw(urlOf(0), room), await joinRaw(urlOf(1), room, { name: 'Bo' })];
  const cy = await joinRaw(urlOf(1), room, { name: 'Cy' });
  await carry(ann, bo, 'offer', [1, 1, 0]);
  await carry(bo, ann, 'answer', [1, 1, 1]);
  await carry(ann, bo, 'candidates', [1, 2, 1]);
  await carry(bo, ann, 'candidates', [1, 2, 2]);
  await carry(ann, bo, undefined, [1, 0, 2]);

  const timeline = await timelineOf(room);
  expect(timeline.gateways.map(({ answer }) => answer)).toEqual(['given', 'given']);
  expect(timeline.participants.map(({ name }) => name).sort()).toEqual(['Ann', 'Bo', 'Cy']);
  const pair = timeline.pairs.find(({ between }) => !between.includes(cy.you));
  const { steps = [] } = pair ?? {};
  const nameOf = (id: string): string => (id === ann.you ? 'Ann' : 'Bo');
  const inOrder = [
    ...['join Ann', 'join Bo', 'offer Ann', 'answer Bo'].map((wanted) =>
      steps.find(({ step, from }) => `${step} ${nameOf(from)}` === wanted),
    ),
    steps.find(({ step }) => step === 'first-candidate'),
  ];
  expect(inOrder.map((step) => step?.sends)).toEqual([undefined, undefined, 1, 1, 1]);
  expect(new Set(steps)).toEqual(new Set(inOrder));
  // Each gateway has a clock of its own: what is closer together than they are known to agree may stand in either order.
  const times = inOrder.map((step) => step?.ms ?? NaN);
  for (const [index, ms] of times.slice(1).entries())
    expect(ms).toBeGreaterThanOrEqual((times[index] ?? NaN) - 2 * timeline.uncertaintyMs);
  for (const { step, deliveredMs = -1, acknowledgedMs = -1 } of pair?.steps ?? []) {
    if (step === 'join') continue;
    expect(deliveredMs).toBeGreaterThanOrEqual(0);
    expect(acknowledgedMs).toBeGreaterThanOrEqual(deliveredMs - 2 * timeline.uncertaintyMs);
  }
  expect(await verdictsOn(room, ann, bo)).toEqual({
    'complete-no-relay': expect.stringContaining('no TURN was configured') as string,
  });

  const own = async (key: string): Promise<Response> =>
    fetch(`${urlOf(1)}/v1/timeline?room=${encodeURIComponent(room)}`, {
      headers: { authorization: `Bearer ${key}` },
    });
  const body = await (await own(ann.key)).text();
  const { you, pairs } = JSON.parse(body) as { you: string; pairs: { with: string }[] };
  expect(you).toBe(ann.you);
  expect(pairs.map((one) => one.with).sort()).toEqual([bo.you, cy.you].sort());
  expect(body).not.toMatch(/"g_/);
  expect((await own(randomKey())).status).toBe(403);
  expect((await ask(room)).status).toBe(401);
  expect((await ask(room, { authorization: 'Bearer wrong' })).status).toBe(401);
  for (const client of [ann, bo, cy]) client.close();
});

test('a page that has the offer and does not answer is named', async () => {
  const room = 'silent';
  const [ann, bo] = [await joinRaw(urlOf(0), room), await joinRaw(urlOf(1), room, { name: 'Bo' })];
  await carry(ann, bo, 'offer', [1, 1, 0]);
  await carry(bo, ann, undefined, [1, 0, 1]);
  expect(Object.keys(await verdictsOn(room, ann, bo))).toEqual(['in-progress']);
  const text = await verdictOf('offer-not-answered', room, [ann, bo]);
  expect(text).toMatch(/^The offer of Ann was not answered: the page of Bo has had it for 2\d\d\d ms/);
  for (const client of [ann, bo]) client.close();
});

test('F1 a gateway killed between offer and answer: the timeline says so, and that the resent answer arrived', async () => {
  const room = 'killed';
  const key = randomKey();
  const [ann, bo] = [await joinRaw(urlOf(0), room, { key }), await joinRaw(urlOf(1), room, { name: 'Bo' })];
  await carry(ann, bo, 'offer', [1, 1, 0]);
  await cluster.gateways[0]?.kill();
  const answeredAt = performance.now();
  bo.frame({ type: 'signal', to: ann.you, kind: 'answer', link: [1, 1, 1] }, '{}');
  await bo.take(({ header }) => header['type'] === 'nack');
  const lost = await verdictOf('gateway-died', room, [ann, bo]);
  expect(lost).toMatch(/^The answer of Bo was never delivered: the gateway of Ann \(g_/);

  const back = await joinRaw(urlOf(1), room, { key, n: 2 });
  expect(back.you).toBe(ann.you);
  await carry(bo, back, 'answer', [1, 1, 1]);
  const tookMs = performance.now() - answeredAt;
  const verdicts = await verdictsOn(room, ann, bo);
  expect(Object.keys(verdicts)).toEqual(['complete-no-relay', 'late-gateway']);
  const text = verdicts['late-gateway'] ?? '';
  expect(text).toMatch(
    /^The answer of Bo was not delivered at first: the gateway of Ann \(g_\S+\) died\. It was resent/,
  );
  expect(Number(/after (\d+) ms\.$/.exec(text)?.[1])).toBeGreaterThan(tookMs - 200);
  for (const client of [back, bo]) client.close();
});
