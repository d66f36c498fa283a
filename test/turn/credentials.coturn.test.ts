import type { Coturn } from '@parley/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { joinRaw } from '../support/raw-client.js';
import type { StandaloneProcess } from '../support/standalone-process.js';
import { openTurn } from './support/turn-client.js';
import { credentialIn, minted, signedBy, startApp, startTurn, tryAllocation } from './support/turn-world.js';

const OLD = 'an-old-secret-of-some-length';
const NEW = 'a-new-secret-of-some-length';
const REFUSED = { ok: false, code: 401 };

let turn: Coturn;
let app: StandaloneProcess;
beforeAll(async () => {
  turn = await startTurn([OLD]);
  app = await startApp(turn, [OLD]);
});
afterAll(async () => {
  await app?.stop();
  await turn?.stop();
});

test('[HTTP-1] a credential of /v1/ice-servers makes an allocation', async () => {
  const credential = await minted(app);
  expect(await tryAllocation(turn, credential)).toMatchObject({
    ...{ ok: true, lifetimeS: 600 },
    relayPort: expect.any(Number) as number,
  });
  await expect.poll(() => turn.allocations()).toContain(credential.username);
});

test('[JOIN-8] a credential that comes with joining makes an allocation', async () => {
  const client = await joinRaw(app.url, 'turn');
  expect(await tryAllocation(turn, credentialIn(client.iceServers))).toMatchObject({ ok: true });
  client.close();
});

test('[HTTP-1] an expired credential is refused, also if somebody writes a later expiry into it', async () => {
  const credential = await minted(app);
  const [expiry, id] = credential.username.split(':');
  const longer = { ...credential, username: `${Number(expiry) + 3_600}:${id}` };
  expect(await tryAllocation(turn, longer)).toEqual(REFUSED);
  expect(await tryAllocation(turn, signedBy(OLD, -1))).toEqual(REFUSED);
  expect(await tryAllocation(turn, signedBy(OLD, 10))).toMatchObject({ ok: true });
});

test('[HTTP-1] a forged credential is refused', async () => {
  const { username, credential } = await minted(app);
  const other = signedBy(OLD, 600);
  for (const forged of [
    signedBy('a secret that nobody shares', 600),
    { username: other.username, credential },
    { username, credential: other.credential },
    { username, credential: '' },
    { username: '', credential: '' },
  ]) {
    expect(await tryAllocation(turn, forged)).toEqual(REFUSED);
  }
});

test('an allocation outlives its credential: the expiry counts when it is made, not when it is refreshed', async () => {
  const credential = signedBy(OLD, 2);
  const client = await openTurn(turn.port, credential);
  onTestFinished(() => client.close());
  expect(await client.allocate()).toMatchObject({ ok: true });
  await expect
    .poll(() => tryAllocation(turn, credential), { timeout: 5_000, interval: 200 })
    .toEqual(REFUSED);
  expect(await client.refresh(600)).toMatchObject({ ok: true, lifetimeS: 600 });
  expect(await client.refresh(0)).toMatchObject({ ok: true });
});

test('secrets are rotated without a credential that fails: both serve meanwhile, the old one no more afterwards', async () => {
  const during = await startTurn([OLD, NEW]);
  onTestFinished(() => during.stop());
  const [before, after] = await Promise.all([startApp(during, [OLD]), startApp(during, [NEW, OLD])]);
  onTestFinished(async () => void (await Promise.all([before.stop(), after.stop()])));
  const [old, renewed] = [await minted(before), await minted(after)];
  expect(await tryAllocation(during, old)).toMatchObject({ ok: true });
  expect(await tryAllocation(during, renewed)).toMatchObject({ ok: true });

  const afterwards = await startTurn([NEW]);
  onTestFinished(() => afterwards.stop());
  expect(await tryAllocation(afterwards, old)).toEqual(REFUSED);
  expect(await tryAllocation(afterwards, renewed)).toMatchObject({ ok: true });
});
