import assert from 'node:assert/strict';
import { assertClosed, assertRefused, takeError, within } from '../support/expect.js';
import {
  fence,
  greet,
  helloFor,
  join,
  newRoom,
  ofType,
  open,
  rejoin,
  sendJoin,
  newKey,
} from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { withServer } from '../support/target.js';
import { askUpgrade, upgradeHeaders } from '../support/upgrade.js';

const without = (name: string): Record<string, string> => {
  const { [name]: _, ...rest } = upgradeHeaders();
  return rest;
};

/** CONN-*. */
export const connections: readonly Scenario[] = [
  scenario('[CONN-1] a proper upgrade that offers parley.v1 is accepted with it', async (target) => {
    for (const offered of ['parley.v1', 'parley.v9, parley.v1', 'parley.v1,graphql-ws']) {
      const { status, headers } = await askUpgrade(target, '/v1/connect', {
        ...upgradeHeaders(),
        'sec-websocket-protocol': offered,
      });
      assert.deepEqual([status, headers['sec-websocket-protocol']], [101, 'parley.v1']);
    }
  }),

  scenario('[CONN-1] one that does not offer parley.v1 is answered 400', async (target) => {
    const { status } = await askUpgrade(target, '/v1/connect', without('sec-websocket-protocol'));
    assert.equal(status, 400);
    for (const offered of ['parley.v2', 'PARLEY.V1', 'parley.v1.1', 'parley']) {
      const headers = { ...upgradeHeaders(), 'sec-websocket-protocol': offered };
      assert.equal((await askUpgrade(target, '/v1/connect', headers)).status, 400, offered);
    }
  }),

  scenario('[CONN-1] what is no upgrade of version 13 is refused', async (target) => {
    const refused = [
      {},
      without('upgrade'),
      without('connection'),
      without('sec-websocket-key'),
      without('sec-websocket-version'),
      { ...upgradeHeaders(), 'sec-websocket-version': '8' },
      { ...upgradeHeaders(), 'sec-websocket-key': 'short' },
    ];
    for (const headers of refused) {
      const { status } = await askUpgrade(target, '/v1/connect', headers);
      assert([400, 426].includes(status), `${status} for ${JSON.stringify(headers)}`);
    }
  }),

  scenario(
    '[CONN-2] [CONN-3] above the cap a fresh connection is told so, and one that resumes is taken',
    (target) =>
      withServer(target, { MAX_CONNECTIONS: '2' }, async (server) => {
        const room = newRoom();
        const [ann, bo] = [await join(server, room), await join(server, room)];
        const third = await open(server);
        const { header } = await assertClosed(third, 4100);
        assert(Number.isSafeInteger(header['retryAfterMs']) && Number(header['retryAfterMs']) > 0);

        const again = await rejoin(server, ann, { hinted: true });
        assert.deepEqual([again.you, again.resumed], [ann.you, true]);
        await assertClosed(ann, 4009);
        await fence(bo);

        // A hundred are told, and fifty more each second: so many that a slow machine, too, gets above it.
        const answers = await Promise.all(
          Array.from({ length: 600 }, () => askUpgrade(server, '/v1/connect', upgradeHeaders())),
        );
        const turnedAway = answers.filter(({ status }) => status === 503);
        assert(turnedAway.length > 0, 'a flood of upgrades was told in band, every one of them');
        for (const { headers } of turnedAway) assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/);
        assert(answers.every(({ status }) => status === 503 || status === 101));
        await fence(bo);
      }),
    ['spawn', 'open'],
  ),

  scenario(
    '[CONN-3] who said it would resume and does not join within 5 s is closed with 4101',
    async (target) => {
      const room = newRoom();
      const [ann, bo] = [await join(target, room), await join(target, room)];
      const silent = await open(target, '?resume=1');
      silent.frame(await helloFor(target, room));
      const fresh = await join(target, room, { hinted: true });
      const again = await rejoin(target, ann, { hinted: true });
      const late = await open(target, '?resume=1');
      late.frame(await helloFor(target, room));
      await assertClosed(silent, 4101, 9_000);
      // This one was opened after all others, so that their time is up too.
      await assertClosed(late, 4101, 2_000);
      for (const one of [fresh, again]) {
        await fence(one);
        assert.equal(one.socket.readyState, 1);
      }
      await fence(bo);
    },
  ),

  scenario('[CONN-4] a ping is answered by a pong with the same id, if any', async (target) => {
    const room = newRoom();
    for (const client of [await greet(target, room), await join(target, room)]) {
      for (const ping of [{ id: 0 }, { id: 9_007_199_254_740_991 }, { id: 5 }, { id: 5 }, {}]) {
        client.frame({ type: 'ping', ...ping });
        assert.deepEqual((await client.next()).header, { type: 'pong', ...ping });
      }
    }
  }),

  scenario(
    '[HELLO-1] a first frame of another type is answered `hello_required` and ends in 4000',
    async (target) => {
      const firsts = [
        { type: 'join', id: 3, room: newRoom(), key: newKey(target), n: 1 },
        { type: 'leave', id: 3 },
        { type: 'message', id: 3, cmd: 1 },
        { type: 'refresh', id: 3, token: 'a.b.c' },
        { type: 'nonsense', id: 3 },
      ];
      for (const first of firsts) {
        const client = await open(target);
        client.frame(first, 'hi');
        assertRefused(await client.next(), 'hello_required');
        await assertClosed(client, 4000);
      }
      for (const first of [{ type: 'signal', to: 'p_somebody' }, { type: 'ping' }]) {
        const client = await open(target);
        client.frame(first);
        await takeError(client, 'hello_required');
        await assertClosed(client, 4000);
      }
    },
  ),

  scenario('[HELLO-1] a connection without a valid hello is closed with 4102 after 5 s', async (target) => {
    const opened = performance.now();
    const [silent, faulty] = [await open(target), await open(target)];
    faulty.send('no frame');
    await takeError(faulty, 'bad_frame');
    faulty.frame({ type: 'hello', id: 1, features: 'link1' });
    assertRefused(await faulty.next(), 'bad_request');
    faulty.frame({ type: 'hello' });
    await takeError(faulty, 'bad_request');
    await Promise.all([assertClosed(silent, 4102, 9_000), assertClosed(faulty, 4102, 9_000)]);
    const seconds = (performance.now() - opened) / 1_000;
    assert(seconds > 4.5 && seconds < 8, `closed after ${seconds} s`);
  }),

  scenario(
    '[HELLO-1] what cannot be read, or a faulty hello, leaves the time for a better one',
    async (target) => {
      const client = await open(target);
      client.send('no frame');
      await takeError(client, 'bad_frame');
      client.frame({ type: 'hello', id: -1 });
      await takeError(client, 'bad_request');
      client.frame({ type: 'hello', id: 4, token: 7 });
      assertRefused(await client.next(), 'bad_request');
      client.frame(await helloFor(target, undefined));
      assert.equal((await client.next()).header['type'], 'welcome');
      await fence(client);
    },
  ),

  scenario('[HELLO-2] welcome: the id, the gateway, the common features and the limits', async (target) => {
    const hello = await helloFor(target, undefined);
    for (const [features, common] of [
      [['link1', 'from-the-future'], ['link1']],
      [['from-the-future'], []],
      [[], []],
      [undefined, []],
    ]) {
      const client = await open(target);
      client.frame({ ...hello, id: 42, features });
      const { header } = await client.next();
      assert.deepEqual(Object.keys(header), ['type', 'id', 'gateway', 'features', 'limits']);
      assert.deepEqual([header['id'], header['features']], [42, common]);
      assert.match(String(header['gateway']), /^g_[\w-]+$/);
      const limits = header['limits'] as Record<string, number>;
      const names = ['frameBytes', 'headerBytes', 'messageBytes', 'signalsPerSecond', 'burst', 'roomSize'];
      assert.deepEqual(Object.keys(limits), [...names, 'attributesBytes', 'resumeMs', 'pingMs', 'reportMs']);
      assert(Object.values(limits).every((limit) => Number.isSafeInteger(limit) && limit > 0));
      assert.deepEqual([limits['frameBytes'], limits['headerBytes']], [65_536, 2_048]);
    }
  }),

  scenario('[HELLO-3] hello, join and more in one flight are handled in their order', async (target) => {
    const room = newRoom();
    const client = await open(target);
    client.frame(await helloFor(target, room));
    client.frame({ type: 'ping', id: 2 });
    client.frame({ type: 'join', id: 3, room, key: newKey(target), n: 1 });
    client.frame({ type: 'message', id: 4, cmd: 1 }, 'hi');
    client.frame({ type: 'update', id: 5, cmd: 2, name: 'Ann' });
    client.frame({ type: 'leave', id: 6 });
    client.frame({ type: 'message', id: 7, cmd: 3 }, 'too late');
    await client.take(({ header }) => header['id'] === 7).then((frame) => assertRefused(frame, 'not_joined'));
    const answers = client.waiting.filter(({ header }) => typeof header['id'] === 'number');
    assert.deepEqual(
      answers.map(({ header }) => [header['type'], header['id'], 'error' in header]),
      [
        ['welcome', 1, false],
        ['pong', 2, false],
        ['reply', 3, false],
        ['reply', 4, false],
        ['reply', 5, false],
        ['reply', 6, false],
      ],
    );
  }),

  scenario(
    '[HELLO-3] a second hello and a join right behind a hello are answered one after the other',
    async (target) => {
      const room = newRoom();
      const hello = await helloFor(target, room);
      const client = await open(target);
      client.frame(hello);
      client.frame({ ...hello, id: 2 });
      const joined = sendJoin(client, room, { key: newKey(target) });
      assert.equal((await client.next()).header['type'], 'welcome');
      assertRefused(await client.next(), 'already_welcome');
      assert('result' in (await joined).header);
    },
  ),

  scenario(
    '[HELLO-4] a second hello is answered `already_welcome`, and the connection goes on',
    async (target) => {
      const ann = await join(target, newRoom());
      ann.frame({ ...(await helloFor(target, ann.room)), id: 8 });
      assertRefused(await ann.take(ofType('reply')), 'already_welcome');
      await within(fence(ann), 5_000, 'no pong');
    },
  ),
];
