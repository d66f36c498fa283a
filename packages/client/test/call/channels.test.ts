import { expect, test } from 'vitest';
import { share, twoConnected } from './scene.js';
import { createWorld, enter } from './world.js';

test('messages go to all, or to one, by the name of the channel', async () => {
  const world = createWorld(1);
  const parties = [enter(world), enter(world), enter(world)] as const;
  const got = parties.map(({ call }) => {
    const messages: unknown[] = [];
    call.channel('chat').on('message', ({ from, data }) => messages.push([from, data]));
    call.channel('other').on('message', ({ data }) => messages.push(['other', data]));
    return messages;
  });
  await world.clock.advance(3_000);
  const [a, b, c] = parties;
  expect(a.call.channel('chat').send('to all')).toEqual([]);
  expect(b.call.channel('chat').send('to c', c.client.id)).toEqual([]);
  expect(c.call.channel('other').send('elsewhere', a.client.id)).toEqual([]);
  await world.clock.advance(100);
  expect(got[0]).toEqual([['other', 'elsewhere']]);
  expect(got[1]).toEqual([[a.client.id, 'to all']]);
  expect(got[2]).toEqual([
    [a.client.id, 'to all'],
    [b.client.id, 'to c'],
  ]);
});

test('who cannot take a message is named, and `ready` tells when it can', async () => {
  const world = createWorld(1);
  const a = enter(world);
  const channel = a.call.channel('chat');
  expect(channel.send('nobody is there')).toEqual([]);
  expect(channel.send('to one who is not there', 'p_nobody')).toEqual(['p_nobody']);
  const b = enter(world);
  await world.clock.advance(3_500);
  const ready: string[] = [];
  channel.on('ready', ({ peer }) => ready.push(peer));
  const late = a.call.channel('late');
  late.on('ready', ({ peer }) => ready.push(`late ${peer}`));
  expect(late.send('too early')).toEqual([b.client.id]);
  await world.clock.advance(1_000);
  expect(ready).toEqual([`late ${b.client.id}`]);
  const [own] = a.pcs[0]?.channels.filter(({ label }) => label === 'chat') ?? [];
  if (own) own.bufferedAmount = (1 << 20) + 1;
  expect(channel.send('full')).toEqual([b.client.id]);
  if (own) own.bufferedAmount = 0;
  own?.fire('bufferedamountlow');
  expect(ready.at(-1)).toBe(b.client.id);
  expect(channel.send('again')).toEqual([]);
});

test('channels outlive a rejoin, and open again on a new RTCPeerConnection', async () => {
  const { a, b, pass, world } = await twoConnected();
  const got: unknown[] = [];
  a.call.channel('chat');
  b.call.channel('chat').on('message', ({ from, data }) => got.push([from, data]));
  await pass(500);
  a.client.disconnect();
  a.client.expire();
  a.client.reconnect();
  await pass(1_000);
  a.call.channel('chat').send('as another');
  await pass(100);
  world.room.resetLink(a.client, b.client);
  await pass(3_000);
  a.call.channel('chat').send('on another');
  await pass(100);
  expect(got).toEqual([
    [a.client.id, 'as another'],
    [a.client.id, 'on another'],
  ]);
});

test('a listener that throws is a fault and harms nothing', async () => {
  const { a, b, pass, world } = await twoConnected();
  b.call.on('track', () => {
    throw new Error('of the application');
  });
  b.call.on('fault', () => {
    throw new Error('again');
  });
  share(a, 'camera');
  await pass(1_000);
  expect(world.faults.map(String)).toEqual(['Error: of the application']);
  expect(b.call.remoteTracks).toHaveLength(1);
});
