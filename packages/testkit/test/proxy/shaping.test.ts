import { expect, test } from 'vitest';
import { createVirtualClock } from '../../src/index.js';
import type { Direction } from '../../src/index.js';
import { got, is, startScene, until, wasReset } from './ends.js';
import type { End, Scene } from './ends.js';

async function pair(scene: Scene): Promise<Record<'client' | 'server', End>> {
  const client = await scene.open();
  await until(() => (scene.served.length > 0 ? undefined : 'the server has no connection'));
  return { client, server: scene.served[0] as End };
}

test('latency: bytes and their end arrive so much later, in order', async () => {
  const clock = createVirtualClock();
  const scene = await startScene({ clock, faults: { latencyMs: 100 } });
  const { client, server } = await pair(scene);
  client.socket.write('one');
  await until(() => (clock.pending === 1 ? undefined : 'not in the proxy'));
  await clock.advance(60);
  client.socket.end('two');
  await scene.barrier();
  await clock.advance(39);
  await scene.barrier();
  expect(server.text()).toBe('');
  await clock.advance(1);
  await got(server, 'one');
  await clock.advance(59);
  await scene.barrier();
  expect(server.text()).toBe('one');
  await clock.advance(1);
  await got(server, 'onetwo');
  await is(server, 'ended');
  scene.proxy.heal();
  server.socket.write('at once');
  await got(client, 'at once');
});

test('bandwidth: as many bytes a second as were told, and all at once when it is healed', async () => {
  const clock = createVirtualClock();
  const scene = await startScene({ clock, faults: { bytesPerSecond: 10_000 } });
  const { client, server } = await pair(scene);
  client.socket.write('x'.repeat(30_000));
  await until(() => (clock.pending === 1 ? undefined : 'not in the proxy'));
  await scene.barrier();
  expect(scene.proxy.counts.carried.toServer).toBe(200);
  for (const second of [1, 2]) {
    await clock.advance(1_000);
    expect(scene.proxy.counts.carried.toServer).toBe(second * 10_000 + 200);
  }
  await until(() => (server.text().length === 20_200 ? undefined : `${server.text().length} arrived`));
  scene.proxy.heal();
  await got(server, 'x'.repeat(30_000));
});

test.each<{ way: Direction; from: 'client' | 'server'; to: 'client' | 'server' }>([
  { way: 'toServer', from: 'client', to: 'server' },
  { way: 'toClient', from: 'server', to: 'client' },
])('cut after N bytes $way: exactly so many arrive, then a RST at both ends', async ({ way, from, to }) => {
  const scene = await startScene();
  const ends = await pair(scene);
  ends[from].socket.write('before ');
  await got(ends[to], 'before ');
  scene.proxy.set({ cutAfter: { [way]: 5 } });
  ends[to].socket.write('the other way does not count');
  ends[from].socket.write('123');
  await got(ends[to], 'before 123');
  ends[from].socket.write('4567');
  await Promise.all([wasReset(ends[from]), wasReset(ends[to])]);
  expect(ends[to].text()).toBe('before 12345');
  expect(scene.proxy.counts.cut).toBe(1);
});

test('cut after 0 bytes: nothing arrives of what would be the first', async () => {
  const scene = await startScene({ faults: { cutAfter: { toServer: 0 } } });
  const { client, server } = await pair(scene);
  client.socket.write('x');
  await Promise.all([is(client, 'ECONNRESET'), is(server, 'ECONNRESET')]);
  expect(server.text()).toBe('');
});
