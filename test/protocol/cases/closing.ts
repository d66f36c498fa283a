import assert from 'node:assert/strict';
import { exchange, takeChange } from '../support/changes.js';
import { assertClosed, assertRefused, eventually, within } from '../support/expect.js';
import {
  fence,
  greet,
  join,
  newKey,
  newRoom,
  ofType,
  open,
  rejoin,
  sendJoin,
  waiting,
} from '../support/native.js';
import type { Frame, Member } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { withServer } from '../support/target.js';
import type { SpawnedTarget } from '../support/target.js';

const PAYLOAD = 'x'.repeat(45_000);

/** Closes by code, as /metrics tells them; 0 where there was none. */
async function closesOf({ adminUrl = '' }: { adminUrl?: string }, code: number): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(
    new RegExp(`^parley_gateway_closes_total\\{[^}]*code="${code}"[^}]*\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
  );
}

/** Two members who talk to each other. */
async function pair(server: SpawnedTarget): Promise<[Member, Member]> {
  const room = newRoom();
  const [ann, bo] = [await join(server, room), await join(server, room)];
  await exchange(ann, bo);
  return [ann, bo];
}

/** CLOSE-1 to CLOSE-4; further closes stand beside the rules that they follow from. */
export const closing: readonly Scenario[] = [
  scenario(
    '[CLOSE-1] [CLOSE-2] goodbye tells the code, its name and what to do, then the close',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room);
      await rejoin(target, ann);
      const { header } = await assertClosed(ann, 4009);
      const fields = { type: 'goodbye', code: 4009, reason: 'replaced', action: 'stop' };
      assert.deepEqual(header, fields);
      const client = await open(target);
      client.frame({ type: 'leave', id: 1 });
      const goodbye = (await assertClosed(client, 4000)).header;
      assert.deepEqual(goodbye, { ...fields, code: 4000, reason: 'bad_request' });
    },
  ),

  scenario(
    '[CLOSE-3] who does not read is closed with 4102; until then nothing owed to it is left out',
    async (target) => {
      const before = await closesOf(target, 4102);
      const room = newRoom();
      const slow = await join(target, room);
      const watcher = await join(target, room);
      const senders = await Promise.all(Array.from({ length: 5 }, () => join(target, room)));
      await fence(slow);
      slow.socket.pause();
      const sent = 150;
      for (const sender of senders) {
        for (let seq = 1; seq <= sent; seq += 1) {
          sender.frame({ type: 'signal', to: slow.you, link: [1, seq, 0] }, PAYLOAD);
        }
      }
      await takeChange(watcher, 'status', {
        matches: ({ participant }) => participant === slow.you,
        ms: 15_000,
      });
      slow.socket.resume();
      const code = await within(slow.closed, 10_000, 'still open');
      assert([4102, 1006].includes(code), `closed with ${code}`);
      for (const { you } of senders) {
        const seqs = waiting(slow, 'signal').filter(({ header }) => header['from'] === you);
        const expected = Array.from({ length: seqs.length }, (_, i) => i + 1);
        assert.deepEqual(
          seqs.map(({ header }) => (header['link'] as number[])[1]),
          expected,
        );
        assert(seqs.length < sent);
      }
      await eventually(async () => ((await closesOf(target, 4102)) > before ? true : undefined));
      await exchange(watcher, senders[0] ?? watcher);
    },
    ['admin'],
  ),

  scenario(
    '[CLOSE-4] [CLOSE-1] a draining gateway says goodbye 4200 to everybody, then closes, and ends well',
    (target) =>
      withServer(target, { DRAIN_WINDOW_S: '2' }, async (server) => {
        const members = await pair(server);
        const silent = await open(server);
        const stopped = server.stop();
        const goodbyes: Frame[] = await Promise.all(members.map((one) => one.take(ofType('goodbye'))));
        for (const { header, raw } of goodbyes) {
          const { retryAfterMs, ...rest } = header;
          assert.deepEqual(rest, { type: 'goodbye', code: 4200, reason: 'draining', action: 'resume' });
          assert(Number.isSafeInteger(retryAfterMs), raw);
        }
        for (const client of [...members, silent]) assert.equal(await client.closed, 4200);
        for (const { waiting } of members) assert(!waiting.some(({ raw }) => raw.includes('"left"')));
        assert.equal(await within(stopped, 10_000, 'still running'), 0);
      }),
    ['spawn', 'open'],
  ),

  scenario(
    '[CLOSE-4] [HTTP-4] a draining gateway is not ready, and answers joins `draining` behind its goodbye',
    (target) =>
      withServer(target, { DRAIN_WINDOW_S: '4' }, async (server) => {
        const guest = await greet(server);
        const stopped = server.stop();
        const notReady = async () =>
          (await fetch(`${server.url}/readyz`)).status === 503 ? true : undefined;
        await eventually(notReady, 1_000);
        assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
        await guest.take(ofType('goodbye'), 8_000);
        assertRefused(await sendJoin(guest, newRoom(), { key: newKey(server) }), 'draining');
        await stopped;
      }),
    ['spawn', 'open'],
  ),

  scenario(
    '[CLOSE-4] a draining gateway still serves whom it has not said goodbye to yet, and says it then',
    (target) =>
      withServer(target, { DRAIN_WINDOW_S: '4' }, async (server) => {
        const guest = await greet(server);
        const stopped = server.stop();
        const notReady = async () =>
          (await fetch(`${server.url}/readyz`)).status === 503 ? true : undefined;
        await eventually(notReady, 1_000);
        const reply = await sendJoin(guest, newRoom(), { key: newKey(server) });
        assert('result' in reply.header, reply.raw);
        const { header } = await guest.take(ofType('goodbye'), 8_000);
        assert.equal(header['action'], 'resume');
        await stopped;
      }),
    ['spawn', 'open'],
  ),

  scenario(
    '[CLOSE-4] a draining gateway carries signals as long as both are here',
    (target) =>
      withServer(target, { DRAIN_WINDOW_S: '4' }, async (server) => {
        const [ann, bo] = await pair(server);
        const stopped = server.stop();
        const told = (one: Member, other: Member) =>
          one.take(ofType('goodbye'), 8_000).then(() => [one, other] as const);
        const [first, second] = await Promise.race([told(ann, bo), told(bo, ann)]);
        first.frame({ type: 'signal', to: second.you, link: [1, 1, 0] });
        await second.take(ofType('signal'));
        assert.deepEqual(waiting(first, 'nack'), []);
        await stopped;
      }),
    ['spawn', 'open'],
  ),

  scenario(
    '[CLOSE-4] [CONN-2] whoever connects to a draining gateway is told so, and when to come back',
    (target) =>
      withServer(target, { DRAIN_WINDOW_S: '3' }, async (server) => {
        await pair(server);
        void server.stop();
        const { header, raw } = await eventually(async () => {
          const client = await open(server);
          return client.take(ofType('goodbye'), 500).catch(() => undefined);
        });
        assert(Number.isSafeInteger(header['retryAfterMs']), raw);
        assert.equal(header['code'], 4200, raw);
        assert.equal(header['action'], 'resume', raw);
      }),
    ['spawn', 'open'],
  ),
];
