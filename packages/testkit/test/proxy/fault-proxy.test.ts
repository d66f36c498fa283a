import { expect, test } from 'vitest';
import type { Side } from '../../src/index.js';
import { resetSocket } from '../../src/proxy/reset-socket.js';
import { got, is, startScene, until, wasReset } from './ends.js';
import type { End, Scene } from './ends.js';

/** A connection through the proxy, with both of its ends. */
async function pair(scene: Scene): Promise<{ client: End; server: End }> {
  const { served } = scene;
  const before = served.length;
  const client = await scene.open();
  await until(() => (served.length > before ? undefined : 'the server has no connection'));
  return { client, server: served[before] as End };
}

test('without faults it carries bytes both ways, each end by itself, and counts', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  client.socket.write('abc');
  client.socket.end('def');
  await got(server, 'abcdef');
  await is(server, 'ended');
  server.socket.end('reply');
  await got(client, 'reply');
  await Promise.all([is(client, 'closed'), is(server, 'closed')]);
  await until(() => (scene.proxy.counts.open === 0 ? undefined : 'open'));
  const { accepted, refused, cut, carried, swallowed } = scene.proxy.counts;
  expect({ accepted, refused, cut, carried, swallowed }).toEqual({
    ...{ accepted: 1, refused: 0, cut: 0 },
    carried: { toServer: 6, toClient: 5 },
    swallowed: { toServer: 0, toClient: 0 },
  });
});

test('10 MB arrive unchanged although the receiver is slow, and little of it waits in the proxy', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  server.socket.pause();
  const size = 10_000_000;
  client.socket.end(Buffer.alloc(size, 'abcdefghijklm'));
  await scene.barrier();
  expect(scene.proxy.counts.carried.toServer).toBeLessThan(size);
  server.socket.resume();
  await is(server, 'ended');
  expect(server.text()).toBe('abcdefghijklm'.repeat(Math.ceil(size / 13)).slice(0, size));
});

test('reset: every connection ends by a RST at both ends, and new ones go through', async () => {
  const scene = await startScene();
  const pairs = [await pair(scene), await pair(scene), await pair(scene)];
  expect(scene.proxy.reset()).toBe(3);
  for (const end of pairs.flatMap(({ client, server }) => [client, server])) await is(end, 'ECONNRESET');
  await until(() => (scene.proxy.counts.open === 0 ? undefined : 'open'));
  expect(scene.proxy.counts.cut).toBe(3);
  const { client, server } = await pair(scene);
  client.socket.write('again');
  await got(server, 'again');
});

test('reset: an end that reads nothing, and to which much is under way, gets its RST all the same', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  server.socket.pause();
  client.socket.end(Buffer.alloc(20_000_000));
  await scene.barrier();
  scene.proxy.reset();
  await until(() => (scene.proxy.counts.open === 0 ? undefined : 'open'));
  await is(client, 'ECONNRESET');
  server.socket.resume();
  await wasReset(server);
});

test('a RST of one end reaches the other one', async () => {
  const scene = await startScene();
  const [first, second] = [await pair(scene), await pair(scene)];
  resetSocket(first.client.socket);
  await is(first.server, 'ECONNRESET');
  resetSocket(second.server.socket);
  await is(second.client, 'ECONNRESET');
  expect(scene.proxy.counts.cut).toBe(2);
});

test('refuse: new connections are reset, those that there are go on, until it is healed', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  scene.proxy.set({ refuse: true });
  for (let i = 0; i < 3; i += 1) await is(await scene.open(), 'ECONNRESET');
  expect(scene.served).toHaveLength(1);
  expect(scene.proxy.counts).toMatchObject({ accepted: 1, refused: 3 });
  client.socket.write('still here');
  await got(server, 'still here');
  scene.proxy.heal();
  await pair(scene);
});

test('blackhole: connections are made and carry nothing; what waited arrives once it is healed', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  scene.proxy.set({ blackhole: true });
  const late = await scene.open();
  late.socket.end('late');
  client.socket.end('from the client');
  server.socket.write('from the server');
  await scene.barrier();
  expect([client.text(), server.text(), server.state()]).toEqual(['', '', 'open']);
  expect(scene.served).toHaveLength(1);
  expect(scene.proxy.counts).toMatchObject({ accepted: 2, carried: { toServer: 0, toClient: 0 } });
  scene.proxy.heal();
  await got(server, 'from the client');
  await is(server, 'ended');
  await got(client, 'from the server');
  await until(() => (scene.served.length === 2 ? undefined : 'one connection'));
  await got(scene.served[1] as End, 'late');
});

test('blackhole: an end that is gone is not told, until it is healed', async () => {
  const scene = await startScene();
  const { client, server } = await pair(scene);
  scene.proxy.set({ blackhole: true });
  resetSocket(client.socket);
  await scene.barrier();
  expect(server.state()).toBe('open');
  scene.proxy.heal();
  await is(server, 'ECONNRESET');
});

test('swallow: one direction is thrown away, the other one goes on; healed, the gap ends the connection', async () => {
  const scene = await startScene({ faults: { swallow: 'toServer' } });
  const [lossy, quiet] = [await pair(scene), await pair(scene)];
  lossy.client.socket.write('thrown away');
  lossy.server.socket.write('arrives');
  await got(lossy.client, 'arrives');
  await until(() => (scene.proxy.counts.swallowed.toServer === 11 ? undefined : 'not swallowed'));
  expect([lossy.server.text(), lossy.server.state()]).toEqual(['', 'open']);
  scene.proxy.heal();
  await Promise.all([is(lossy.client, 'ECONNRESET'), is(lossy.server, 'ECONNRESET')]);
  // Nothing of this one was lost.
  quiet.client.socket.write('goes on');
  await got(quiet.server, 'goes on');
});

test.each<{ gone: Side; left: 'client' | 'server' }>([
  { gone: 'server', left: 'client' },
  { gone: 'client', left: 'server' },
])('half-open: the $gone is gone, the $left does not know, and may write', async ({ gone, left }) => {
  const scene = await startScene();
  const ends = await pair(scene);
  expect(scene.proxy.halfOpen(gone)).toBe(1);
  await is(ends[gone], 'ECONNRESET');
  ends[left].socket.write('anybody?');
  const way = left === 'client' ? 'toServer' : 'toClient';
  await until(() => (scene.proxy.counts.swallowed[way] === 8 ? undefined : 'not swallowed'));
  await scene.barrier();
  expect(ends[left].state()).toBe('open');
  scene.proxy.heal();
  await is(ends[left], 'ECONNRESET');
});
