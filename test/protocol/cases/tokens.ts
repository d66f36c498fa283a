import assert from 'node:assert/strict';
import { exchange, takeChange, waitingChanges } from '../support/changes.js';
import { assertClosed, assertRefused, takeError } from '../support/expect.js';
import {
  fence,
  greet,
  join,
  newKey,
  newRoom,
  ofType,
  open,
  request,
  resultOf,
  sendJoin,
} from '../support/native.js';
import { waiting } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { tokenOf } from '../support/target.js';
import type { Target } from '../support/target.js';

const nowS = (): number => Math.floor(Date.now() / 1_000);
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that are none, by what is wrong with them. */
export async function badTokens(
  target: Target,
): Promise<readonly (readonly [what: string, token: string])[]> {
  const good = await tokenOf(target, undefined, 'ann');
  const [header = '', claims = '', signature = ''] = good.split('.');
  const token = (more: Readonly<Record<string, unknown>>) =>
    tokenOf(target, undefined, 'ann', { claims: more });
  const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
  const made: [string, string][] = [
    ['no JWT', 'canary-not-a-jwt'],
    ['three empty parts', '..'],
    ['no signature', `${header}.${claims}.`],
    ['another signature', `${header}.${claims}.${flipped}`],
    [
      'other claims',
      `${header}.${part({ sub: 'eve', exp: nowS() + 600, parley: { roomJoin: true } })}.${signature}`,
    ],
    ['alg none', `${part({ alg: 'none' })}.${claims}.`],
    ['an unknown kid', `${part({ alg: 'HS256', kid: 'unknown' })}.${claims}.${signature}`],
    ['a key of its own', `${part({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${claims}.${signature}`],
    ['no expiry', await token({ exp: undefined })],
    ['no subject', await token({ sub: undefined })],
    ['a subject that is no text', await token({ sub: 7 })],
    ['not yet valid', await token({ nbf: nowS() + 600 })],
    ['grants that are none', await token({ parley: 'all' })],
    ['a grant of the wrong type', await token({ parley: { roomJoin: 'yes' } })],
  ];
  for (const [, bad] of made) if (bad.length > 10) target.secrets.add(bad);
  return made;
}

/** TOKEN-1 to TOKEN-5, on a server that needs tokens. */
export const tokens: readonly Scenario[] = [
  scenario(
    '[TOKEN-1] a hello without a token is answered `token_required` and ends in 4003',
    async (target) => {
      const client = await open(target);
      client.frame({ type: 'hello', id: 1 });
      assertRefused(await client.next(), 'token_required');
      await assertClosed(client, 4003);
    },
    ['jwt'],
  ),

  scenario(
    '[TOKEN-1] a token in the URL is none',
    async (target) => {
      const token = await tokenOf(target, undefined, 'ann');
      const client = await open(target, `?token=${token}&access_token=${token}`);
      client.frame({ type: 'hello', id: 1 });
      assertRefused(await client.next(), 'token_required');
    },
    ['jwt'],
  ),

  scenario(
    '[TOKEN-1] a token that cannot be verified is answered `token_invalid` and ends in 4003',
    async (target) => {
      const answers = new Set<string>();
      for (const [what, token] of await badTokens(target)) {
        const client = await open(target);
        client.frame({ type: 'hello', id: 1, token });
        const answer = await client.next();
        const { code } = (answer.header['error'] ?? {}) as { code?: string };
        assert.equal(code, 'token_invalid', `${what}: ${answer.raw}`);
        assertRefused(answer, 'token_invalid');
        answers.add(answer.raw);
        await assertClosed(client, 4003);
      }
      assert.equal(answers.size, 1, 'the answer tells what is wrong with a token');
    },
    ['jwt', 'claims'],
  ),

  scenario(
    '[TOKEN-1] an expired token is answered `token_expired` and ends in 4010',
    async (target) => {
      const token = await tokenOf(target, undefined, 'ann', { claims: { exp: nowS() - 60 } });
      const client = await open(target);
      client.frame({ type: 'hello', id: 1, token });
      assertRefused(await client.next(), 'token_expired');
      await assertClosed(client, 4010);
    },
    ['jwt', 'claims'],
  ),

  scenario(
    '[TOKEN-2] [TOKEN-3] a connection ends with its token, at most 10 s later; one that has refreshed stays',
    async (target) => {
      const room = newRoom();
      const exp = nowS() + 2;
      const token = () => tokenOf(target, room, 'ann', { claims: { exp } });
      const [ann, idle] = [
        await join(target, room, { token: await token() }),
        await greet(target, room, { token: await token() }),
      ];
      const bo = await join(target, room, { token: await token() });
      resultOf(await request(bo, { type: 'refresh', token: await tokenOf(target, room, 'ann') }));
      const goodbye = await assertClosed(ann, 4010, 14_000);
      await assertClosed(idle, 4010, 14_000);
      const seconds = Date.now() / 1_000 - exp;
      assert(seconds >= 0 && seconds <= 10.5, `closed ${seconds} s after the expiry`);
      assert.equal(goodbye.header['action'], 'stop');
      await fence(bo);
      assert.equal(bo.socket.readyState, 1);
    },
    ['claims'],
  ),

  scenario(
    '[TOKEN-3] a newer token of the same identity takes the place of the earlier one',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { identity: 'ann' });
      const newer = await tokenOf(target, room, 'ann', { grants: { canPublishData: false } });
      assert.deepEqual(resultOf(await request(ann, { type: 'refresh', token: newer })), {});
      assertRefused(await request(ann, { type: 'message', cmd: 1 }, 'hi'), 'forbidden');
      const wider = await tokenOf(target, room, 'ann', { grants: { canPublishData: true } });
      resultOf(await request(ann, { type: 'refresh', token: wider }));
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'hi'));
    },
    ['token'],
  ),

  scenario(
    '[TOKEN-3] any other token is refused, and the earlier one stays in force',
    async (target) => {
      const room = newRoom();
      const ann = await join(target, room, { identity: 'ann' });
      const claims = { exp: nowS() - 60 };
      const others: [string, string][] = [
        ['forbidden', await tokenOf(target, room, 'eve')],
        ['forbidden', await tokenOf(target, newRoom(), 'ann')],
        ['forbidden', await tokenOf(target, room, 'ann', { grants: { roomJoin: false } })],
        ['forbidden', await tokenOf(target, room, 'ann', { app: 'other' })],
        ['token_expired', await tokenOf(target, room, 'ann', { claims })],
        ['token_invalid', 'canary.is.none'],
      ];
      for (const [code, token] of others) {
        assertRefused(await request(ann, { type: 'refresh', token }), code);
      }
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'hi'));
      const bo = await join(target, room, { identity: 'bo' });
      await exchange(ann, bo);
    },
    ['claims'],
  ),

  scenario(
    '[TOKEN-4] without `roomJoin`, or with another `room`, a join is forbidden',
    async (target) => {
      const room = newRoom();
      for (const [tokenRoom, grants] of [
        [room, { roomJoin: false }],
        [room, { roomJoin: undefined }],
        [newRoom(), {}],
      ] as const) {
        const client = await greet(target, room, {
          token: await tokenOf(target, tokenRoom, 'ann', { grants }),
        });
        assertRefused(await sendJoin(client, room, { key: newKey(target) }), 'forbidden');
        await fence(client);
      }
      const anywhere = await tokenOf(target, undefined, 'ann');
      await join(target, newRoom(), { token: anywhere });
    },
    ['claims'],
  ),

  scenario(
    '[TOKEN-4] without `canPublish` a signal is forbidden, and an acknowledgement alone is not',
    async (target) => {
      const room = newRoom();
      const mute = await tokenOf(target, room, 'mute', {
        grants: { canPublish: false, canPublishData: true },
      });
      const [ann, bo] = [
        await join(target, room, { token: mute }),
        await join(target, room, { identity: 'bo' }),
      ];
      for (const link of [[1, 1, 0], [1, 0, 0], undefined]) {
        ann.frame({ type: 'signal', to: bo.you, link }, 'payload');
        await takeError(ann, 'forbidden');
      }
      ann.frame({ type: 'signal', to: bo.you, link: [1, 0, 5] });
      assert.deepEqual((await bo.take(ofType('signal'))).header['link'], [1, 0, 5]);
      resultOf(await request(ann, { type: 'message', cmd: 1 }, 'hi'));
      await exchange(bo, ann);
      await takeChange(bo, 'message');
      assert.deepEqual([waiting(bo, 'signal'), waiting(ann, 'nack')], [[], []]);
    },
    ['token'],
  ),

  scenario(
    '[TOKEN-4] without `canPublishData` a message is forbidden, without `canUpdateOwnMetadata` an update',
    async (target) => {
      const room = newRoom();
      const grants = { canPublishData: false, canUpdateOwnMetadata: false };
      const ann = await join(target, room, { token: await tokenOf(target, room, 'ann', { grants }) });
      const bo = await join(target, room, { identity: 'bo' });
      assertRefused(await request(ann, { type: 'message', cmd: 1 }, 'hi'), 'forbidden');
      assertRefused(await request(ann, { type: 'update', cmd: 1, name: 'x' }), 'forbidden');
      await exchange(ann, bo);
      assert.deepEqual(waitingChanges(bo), []);
    },
    ['token'],
  ),

  scenario(
    "[TOKEN-4] without `canUpdateOwnMetadata` the token's name and attributes hold at the join",
    async (target) => {
      const room = newRoom();
      const claims = { name: 'Token', attributes: { role: 'guest' } };
      const wished = { name: 'Wished', attributes: { role: 'host' } };
      const entryWith = async (grants: object) => {
        const token = await tokenOf(target, room, 'ann', { claims, grants: { ...grants } });
        const { roster, you } = await join(target, room, { token, ...wished });
        const { name, attributes } = roster.find(({ id }) => id === you) ?? {};
        return { name, attributes };
      };
      assert.deepEqual(await entryWith({}), claims);
      assert.deepEqual(await entryWith({ canUpdateOwnMetadata: true }), wished);
    },
    ['claims'],
  ),

  scenario(
    '[TOKEN-5] a forbidden room is answered in the same bytes whether it exists or not',
    async (target) => {
      const [there, missing] = [newRoom(), newRoom()];
      const resident = await join(target, there, { identity: 'resident' });
      const token = await tokenOf(target, newRoom(), 'eve');
      const answers = [];
      for (const room of [there, missing]) {
        const client = await greet(target, undefined, { token });
        client.frame({ type: 'join', id: 5, room, key: newKey(target), n: 1 });
        const forbidden = await client.next();
        assertRefused(forbidden, 'forbidden');
        client.frame({ type: 'join', id: 6, room, key: resident.key, n: 9 });
        answers.push([forbidden.raw, (await client.next()).raw]);
      }
      assert.deepEqual(answers[0], answers[1]);
      await fence(resident);
      assert.deepEqual(resident.waiting, []);
    },
    ['token'],
  ),
];
