import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startCluster, startRedis } from '@parley/testkit';
import type { Cluster, RedisServer } from '@parley/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fence } from '../../protocol/support/native.js';
import { openRaw } from '../../support/raw-client.js';
import type { RawClient } from '../../support/raw-client.js';

const SECRET = 'canary-signing-secret-of-some-length';
const CANARY = 'canary-canary-canary-canary';
const IP = '203.0.113.77';
const SDP = `v=0\r\no=${CANARY} 1 1 IN IP4 ${IP}\r\na=ice-ufrag:abcd\r\na=ice-pwd:${CANARY}\r\na=candidate:1 1 udp 2113937151 ${IP} 50077 typ host\r\n`;

/** The fields of each header that a client may send. */
const FIELDS = headerFields();
/** What a field may hold that is not of its form. */
const FAULTY = [CANARY, { [CANARY]: CANARY }, [CANARY], `${CANARY}\n`, SDP];

let redis: RedisServer;
let cluster: Cluster;
beforeAll(async () => {
  redis = await startRedis();
  cluster = await startCluster({
    ...{ busUrl: redis.url, storeUrl: redis.url, rooms: 1 },
    env: {
      AUTH_MODE: 'jwt',
      ALLOW_NO_ORIGIN: 'on',
      JWT_KEYS: JSON.stringify([{ kid: 'a', alg: 'HS256', secret: SECRET }]),
      TURN_URLS: 'turn:127.0.0.1:3478?transport=udp',
      TURN_SECRETS: 'canary-turn-secret-of-some-length',
      TURN_REST_KEYS: 'canary-turn-rest-key-of-some-length',
      ADMIN_TOKEN: 'canary-admin-token-of-some-length',
      CLUSTER_SECRET: 'canary-cluster-secret-that-is-long-enough',
      TRUSTED_PROXIES: '127.0.0.1',
      BAD_TOKENS_PER_HALF_HOUR: '100000',
      MESSAGES_PER_SECOND: '10000',
      MESSAGE_BURST: '10000',
    },
  });
  await cluster.ready();
});
afterAll(() => redis?.stop());

function token(identity: string, claims: object = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const parley = { room: 'guarded', roomJoin: true, canUpdateOwnMetadata: true };
  const signed = `${part({ alg: 'HS256', kid: 'a' })}.${part({ sub: identity, exp, parley, ...claims })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

function open(gateway: number, query = '', headers = {}): Promise<RawClient> {
  const url = `${cluster.gateways[gateway]?.url?.replace('http', 'ws')}/v1/connect${query}`;
  return openRaw(url, ['parley.v1'], { 'x-forwarded-for': IP, 'user-agent': CANARY, ...headers });
}

async function greet(gateway: number, identity: string): Promise<RawClient> {
  const client = await open(gateway);
  client.frame({ type: 'hello', id: 1, token: token(identity), features: [CANARY] });
  await client.nextOf('welcome');
  return client;
}

async function join(gateway: number, identity: string): Promise<RawClient & { you: string }> {
  const client = await greet(gateway, identity);
  client.frame({
    ...{ type: 'join', id: 2, room: 'guarded', key: `${CANARY}-${identity}`.slice(0, 60), n: 1 },
    ...{ name: CANARY, attributes: { [CANARY]: SDP }, caps: ['link1', CANARY] },
  });
  const { header, raw } = await client.nextOf('reply');
  expect(header['result'], raw).toBeDefined();
  // The TURN password that it got comes back in no log either: its shape is looked for.
  expect(raw).toMatch(/"credential":"[A-Za-z0-9+/]{27}="/);
  await client.nextOf('snapshot');
  return Object.assign(client, header['result'] as { you: string });
}

test('X10 secrets in every field of every message show up in no log, metric or error of any process', async () => {
  const [ann, bo] = [await join(0, `${CANARY}-ann`), await join(1, `${CANARY}-bo`)];
  ann.frame({ type: 'signal', to: bo.you, kind: CANARY, link: [1, 1, 0], x: { [CANARY]: CANARY } }, SDP);
  ann.frame({ type: 'signal', to: 'p_nobody', kind: CANARY, link: [1, 1, 0] }, SDP);
  ann.frame({ type: 'message', id: 3, cmd: 1 }, SDP);
  ann.frame({ type: 'update', id: 4, cmd: 2, name: `${CANARY}-2`, attributes: { a: SDP } });
  expect((await bo.nextOf('signal')).payload).toBe(SDP);
  await fence(ann);

  const bad = faultyHeaders(bo.you);
  expect(bad.length).toBeGreaterThan(100);
  // Twenty malformed ones a minute end a connection.
  for (let from = 0; from < bad.length; from += 15) {
    const gateway = (from / 15) % 2;
    const client = await (gateway === 0 ? greet(gateway, 'cy') : join(gateway, `cy-${from}`));
    for (const header of bad.slice(from, from + 15)) client.frame(header, SDP);
    await fence(client);
    client.close();
  }
  for (const text of [
    SDP,
    JSON.stringify({ type: CANARY }),
    `{"type":"signal","to":"${CANARY}`,
    `\n${SDP}`,
  ]) {
    const client = await greet(1, 'dan');
    client.send(text);
    client.sendBinary(Buffer.from(text));
    await client.nextOf('error');
    client.close();
  }
  ann.terminate();
  bo.close();

  await showTokens();

  // Every process has looked for all of it in what it printed and measured; that it logged at all:
  const printed = [...cluster.gateways, ...cluster.rooms].map((one) => one.output()).join('');
  for (const event of ['connection-closed', 'frame-rejected', 'participant-joined', 'room-committed'])
    expect(printed).toContain(`"event":"${event}"`);
  await cluster.stop();
});

/** Tokens that are broken, old and none, in all places in which one may come. */
async function showTokens(): Promise<void> {
  const broken = `${token('eve').slice(0, -6)}AAAAAA`;
  for (const bad of [broken, token('eve', { exp: 1 }), `eyJ${CANARY}.${CANARY}.${CANARY}`, CANARY]) {
    const client = await open(0, `?token=${bad}`);
    client.frame({ type: 'hello', id: 1, token: bad });
    await client.nextOf('goodbye');
    await expect(open(1, `?token=${bad}`, { origin: `https://${CANARY}` })).rejects.toThrow('403');
    const [turn] = cluster.turnCredentials;
    for (const path of [
      `/v1/ice-servers?token=${bad}`,
      `/turn/credentials?service=turn&key=${bad}`,
      `/${bad}`,
    ]) {
      const headers = { authorization: `Bearer ${bad}`, 'x-forwarded-for': IP };
      const answer = await fetch(`${turn?.url}${path}`, { headers });
      expect(await answer.text()).not.toContain(bad);
    }
    const [{ adminUrl } = { adminUrl: '' }] = cluster.rooms;
    const asked = { method: 'PUT', body: bad, headers: { authorization: `Bearer ${bad}` } };
    expect((await fetch(`${adminUrl}/log-level`, asked)).status).toBe(401);
  }
}

/** Each header with each of its fields not of its form, the others well. */
function faultyHeaders(to: string): object[] {
  const good = { id: 9, room: 'guarded', key: `${CANARY}-cy`, n: 1, to, cmd: 1, token: token('cy') };
  return [...FIELDS].flatMap(([type, fields]) => {
    const header = Object.fromEntries(Object.entries(good).filter(([name]) => fields.includes(name)));
    return fields.flatMap((field) => faultsOf(field).map((faulty) => ({ ...header, type, [field]: faulty })));
  });
}

/** One of them would be a good name of a room, and those do stand in logs. */
function faultsOf(field: string): readonly unknown[] {
  return FAULTY.filter((faulty) => field !== 'room' || faulty !== CANARY);
}

function headerFields(): ReadonlyMap<string, readonly string[]> {
  const page = new URL('../../../docs/protocol/client-headers.schema.json', import.meta.url);
  const { $defs } = JSON.parse(readFileSync(page, 'utf8')) as Page;
  return new Map(Object.entries($defs).map(([type, { properties }]) => [type, fieldsOf(properties)]));
}

function fieldsOf(properties: object): readonly string[] {
  return Object.keys(properties).filter((name) => name !== 'type');
}

interface Page {
  readonly $defs: Readonly<Record<string, { readonly properties: object }>>;
}
