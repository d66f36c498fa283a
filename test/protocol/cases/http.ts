import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { exchange } from '../support/changes.js';
import { join, newKey, newRoom } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { tokenOf } from '../support/target.js';
import type { Target } from '../support/target.js';

interface Turn {
  readonly username: string;
  readonly password: string;
  readonly ttl: number;
}

function ask(target: Target, path: string, authorization?: string): Promise<Response> {
  const headers = { ...target.headers, ...(authorization !== undefined && { authorization }) };
  return fetch(`${target.url}${path}`, { headers });
}

/** A credential of the TURN REST scheme, of which nothing tells whose it is. */
function assertTurn(target: Target, { username, password, ttl }: Turn, name: string): void {
  target.secrets.add(password);
  const [expiry, id, ...more] = username.split(':');
  assert.deepEqual(more, []);
  const left = Number(expiry) - Date.now() / 1_000;
  assert(left > ttl - 10 && left <= ttl + 5, `${username} does not live ${ttl} s`);
  assert.match(id ?? '', /^[\w-]{16,}$/);
  assert(!username.includes(name));
  if (target.turnSecret === undefined) return;
  assert.equal(password, createHmac('sha1', target.turnSecret).update(username).digest('base64'));
}

/** HTTP-*. */
export const http: readonly Scenario[] = [
  scenario(
    '[HTTP-1] ICE servers for a room token: the array as RTCConfiguration takes it, which no cache keeps',
    async (target) => {
      const token = await tokenOf(target, newRoom(), 'an-identity');
      const answer = await ask(target, '/v1/ice-servers', `Bearer ${token}`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
      const body = (await answer.json()) as { iceServers: Record<string, unknown>[]; ttl: number };
      assert.deepEqual(Object.keys(body), ['iceServers', 'ttl']);
      assert(Number.isSafeInteger(body.ttl) && body.ttl > 0);
      for (const server of body.iceServers) {
        const { urls, username, credential, ...more } = server;
        assert.deepEqual(more, {});
        const list = (typeof urls === 'string' ? [urls] : urls) as string[];
        assert(list.length > 0 && list.every((url) => /^(stun|turn)s?:/.test(url)));
        if (!list.some((url) => url.startsWith('turn'))) continue;
        const turn = { username: String(username), password: String(credential), ttl: body.ttl };
        assertTurn(target, turn, 'an-identity');
      }
      if (target.offers.has('turn')) assert(body.iceServers.some(({ credential }) => credential));
    },
    ['token'],
  ),

  scenario('[HTTP-1] without a good token: 401', async (target) => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer canary.is.none',
      'Basic YTpi',
      'token',
    ]) {
      const answer = await ask(target, '/v1/ice-servers', authorization);
      assert.equal(answer.status, 401, String(authorization));
      assert(answer.headers.has('www-authenticate'));
    }
    assert.equal((await ask(target, '/v1/ice-servers?token=a&access_token=b')).status, 401);
  }),

  scenario(
    '[HTTP-1] an expired token: 401; one that may not join: 403',
    async (target) => {
      const claims = { exp: Math.floor(Date.now() / 1_000) - 60 };
      const expired = await tokenOf(target, newRoom(), 'ann', { claims });
      assert.equal((await ask(target, '/v1/ice-servers', `Bearer ${expired}`)).status, 401);
      const grants = { roomJoin: false };
      const outside = await tokenOf(target, newRoom(), 'ann', { grants });
      assert.equal((await ask(target, '/v1/ice-servers', `Bearer ${outside}`)).status, 403);
    },
    ['claims'],
  ),

  scenario(
    '[HTTP-1] above the limit of mints: 429, and when to come back',
    async (target) => {
      const token = await tokenOf(target, newRoom(), `identity-${newRoom()}`);
      const statuses: number[] = [];
      for (let i = 0; i < 50 && statuses.at(-1) !== 429; i += 1) {
        const answer = await ask(target, '/v1/ice-servers', `Bearer ${token}`);
        statuses.push(answer.status);
        if (answer.status === 429) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
      }
      assert.equal(statuses.at(-1), 429);
      assert(statuses.slice(0, -1).every((status) => status === 200) && statuses.length > 1);
    },
    ['token'],
  ),

  scenario(
    "[HTTP-2] the TURN REST draft's answer for a key, in the header or the query",
    async (target) => {
      const { turnRestKey: key = '' } = target;
      const path = '/turn/credentials?service=turn&username=given-name';
      const answers = [
        await ask(target, path, `Bearer ${key}`),
        await ask(target, `${path}&key=${encodeURIComponent(key)}`),
      ];
      const ids = [];
      for (const answer of answers) {
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
        const body = (await answer.json()) as Turn & { uris: string[] };
        assert.deepEqual(Object.keys(body), ['username', 'password', 'ttl', 'uris']);
        assert(body.uris.length > 0 && body.uris.every((uri) => /^turns?:/.test(uri)));
        assertTurn(target, body, 'given-name');
        ids.push(body.username.split(':')[1]);
      }
      assert.equal(ids[0], ids[1]);
    },
    ['turn-rest'],
  ),

  scenario(
    '[HTTP-2] 401 for a wrong key or none',
    async (target) => {
      const path = '/turn/credentials?service=turn&username=given-name';
      for (const authorization of [undefined, 'Bearer wrong-key-of-some-length', 'Bearer ']) {
        assert.equal((await ask(target, path, authorization)).status, 401);
      }
      assert.equal((await ask(target, `${path}&key=wrong`)).status, 401);
    },
    ['turn-rest'],
  ),

  scenario(
    '[HTTP-2] without `TURN_REST_KEYS` the route is not there',
    async (target) => {
      const answer = await ask(target, '/turn/credentials?service=turn&username=a&key=b', 'Bearer b');
      assert.equal(answer.status, 404);
    },
    ['no-turn-rest'],
  ),

  scenario(
    '[HTTP-3] a dev token in open mode',
    async (target) => {
      const post = (body: string) => fetch(`${target.url}/v1/dev-token`, { method: 'POST', body });
      const answer = await post(JSON.stringify({ room: 'r', identity: 'ann', grants: { hidden: true } }));
      assert.equal(answer.status, 200);
      const body = (await answer.json()) as { token: string };
      assert.deepEqual(Object.keys(body), ['token']);
      assert.match(body.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      target.secrets.add(body.token);
      const bad = ['', '{', '[]', '{"room":"r"}', '{"identity":"a"}', '{"room":"","identity":"a"}'];
      for (const text of [...bad, '{"room":"r","identity":"a","grants":{"hidden":"yes"}}']) {
        assert.equal((await post(text)).status, 400, text);
      }
    },
    ['open'],
  ),

  scenario(
    '[HTTP-3] where tokens are required there are no dev tokens',
    async (target) => {
      const body = JSON.stringify({ room: 'r', identity: 'ann' });
      const answer = await fetch(`${target.url}/v1/dev-token`, { method: 'POST', body });
      assert.equal(answer.status, 404);
    },
    ['jwt'],
  ),

  scenario('[HTTP-4] healthy and ready', async (target) => {
    for (const url of [target.url, ...(target.adminUrl === undefined ? [] : [target.adminUrl])]) {
      for (const path of ['/healthz', '/readyz'])
        assert.equal((await fetch(url + path)).status, 200, url + path);
    }
  }),

  scenario(
    '[HTTP-5] a participant is told how its own connections came about, and of no others',
    async (target) => {
      const room = newRoom();
      const [ann, bo] = [await join(target, room), await join(target, room)];
      const cy = await join(target, room);
      await exchange(ann, bo);
      ann.frame({ type: 'signal', to: bo.you, kind: 'offer', link: [1, 1, 0] }, 'a body');
      await bo.take(({ header }) => header['kind'] === 'offer');
      const answer = await ask(target, `/v1/timeline?room=${encodeURIComponent(room)}`, `Bearer ${ann.key}`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      const text = await answer.text();
      assert(!text.includes('a body') && !text.includes(ann.key));
      const { you, pairs } = JSON.parse(text) as { you: string; pairs: OwnPair[] };
      assert.equal(you, ann.you);
      assert.deepEqual(pairs.map((pair) => pair.with).sort(), [bo.you, cy.you].sort());
      const offers = pairs.flatMap(({ steps }) => steps.filter(({ step }) => step === 'offer'));
      assert.deepEqual(
        offers.map(({ from, bytes }) => [from, bytes]),
        [[ann.you, 6]],
      );
      assert(pairs.every(({ verdicts }) => verdicts.every(({ code }) => /^[a-z-]+$/.test(code))));
    },
  ),

  scenario('[HTTP-5] without a key: 401; with one of nobody in that room: 403', async (target) => {
    const room = newRoom();
    const { key } = await join(target, room);
    const path = `/v1/timeline?room=${encodeURIComponent(room)}`;
    assert.equal((await ask(target, `${path}&key=${key}`)).status, 401);
    const refused = await ask(target, path, `Bearer ${newKey(target)}`);
    const elsewhere = await ask(target, `/v1/timeline?room=${newRoom()}`, `Bearer ${key}`);
    assert.deepEqual([refused.status, elsewhere.status], [403, 403]);
    assert.equal(await refused.text(), await elsewhere.text());
  }),
];

interface OwnPair {
  readonly with: string;
  readonly steps: readonly { readonly step: string; readonly from: string; readonly bytes?: number }[];
  readonly verdicts: readonly { readonly code: string }[];
}
