import { expect, test } from 'vitest';
import { arriving, cut, heard, sent, share, states, twoConnected } from './scene.js';
import type { Scene } from './scene.js';
import { beginCall, complaint, createWorld, enter } from './world.js';

const pcs = ({ a, b }: Scene): number[] => [a.pcs.length, b.pcs.length];

async function withCameras(seed = 1): Promise<Scene> {
  const scene = await twoConnected(seed);
  for (const party of [scene.a, scene.b]) {
    const track = share(party, 'camera');
    party.live.push({ source: 'camera', track });
  }
  await scene.pass(1_000);
  return scene;
}

test('an outage of signaling changes nothing; a track added meanwhile arrives afterwards', async () => {
  const scene = await withCameras();
  const { a, b, pass } = scene;
  const told = [heard(a, 'peer'), heard(b, 'peer'), heard(b, 'trackEnded')];
  a.client.disconnect();
  await pass(5_000);
  share(a, 'screen');
  await pass(5_000);
  a.client.reconnect();
  await pass(2_000);
  expect(arriving(b)).toEqual(['camera', 'screen']);
  expect(told.flat()).toEqual([]);
  expect(pcs(scene)).toEqual([1, 1]);
});

test('who left as expired while ICE is connected is kept, and goes on under its new id', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const scene = await withCameras(seed);
    const { a, b, pass, world } = scene;
    const before = a.client.id;
    const [renamed, ended, peers] = [heard(b, 'renamed'), heard(b, 'trackEnded'), heard(b, 'peer')];
    a.client.disconnect();
    await pass(15_000);
    a.client.expire();
    await pass(5_000);
    expect(b.call.peers.get(before)).toBe('connected');
    a.client.reconnect();
    await pass(1_000);
    expect(renamed).toEqual([{ from: before, to: a.client.id }]);
    expect([ended, peers]).toEqual([[], []]);
    expect(pcs(scene)).toEqual([1, 1]);
    share(a, 'screen');
    await pass(1_000);
    expect(b.call.remoteTracks.map(({ from, source }) => [from, source])).toEqual([
      [a.client.id, 'camera'],
      [a.client.id, 'screen'],
    ]);
    expect(world.faults).toEqual([]);
  }
});

test('everybody has rejoined under new ids: all connections are found again', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const scene = await withCameras(seed);
    const { a, b, pass, world } = scene;
    for (const { client } of [a, b]) client.disconnect();
    for (const { client } of [a, b]) client.expire();
    a.client.reconnect();
    await pass(seed * 50);
    b.client.reconnect();
    await pass(5_000);
    expect(complaint(world)).toBeUndefined();
    expect(pcs(scene)).toEqual([1, 1]);
  }
});

test('an offer or answer that a rejoin has lost is made up for', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const scene = await withCameras(seed);
    const { a, b, pass, world } = scene;
    for (const party of [a, b]) party.live.push({ source: 'screen', track: share(party, 'screen') });
    await pass(seed * 4);
    a.client.disconnect();
    a.client.expire();
    a.client.reconnect();
    await pass(15_000);
    expect(complaint(world)).toBeUndefined();
    expect(pcs(scene)).toEqual([1, 1]);
  }
});

test('who left, or was removed, is gone at once', async () => {
  for (const reason of ['left', 'removed', 'closed'] as const) {
    const { a, b, pass } = await withCameras();
    const [peers, ended] = [heard(b, 'peer'), heard(b, 'trackEnded')];
    a.client.leave(reason);
    expect(peers).toEqual([{ id: a.client.id, state: 'closed' }]);
    expect(ended).toHaveLength(1);
    expect(b.call.peers.size).toBe(0);
    // Its own call has ended with its signaling.
    expect(a.pcs[0]?.signalingState).toBe('closed');
    await pass(60_000);
  }
});

test('who expired and does not come back is gone after 30 s, or as soon as ICE is lost', async () => {
  for (const lost of [false, true]) {
    const scene = await withCameras();
    const { a, b, pass } = scene;
    a.client.disconnect();
    a.client.expire();
    await pass(20_000);
    expect(b.call.peers.size).toBe(1);
    if (lost) cut(scene);
    else await pass(10_000);
    expect(b.call.peers.size).toBe(0);
    expect(arriving(b)).toEqual([]);
  }
});

test('[LINK-12] a reset of the link makes a new RTCPeerConnection at both ends', async () => {
  const scene = await withCameras();
  const { a, b, pass, world } = scene;
  world.room.resetLink(a.client, b.client);
  await pass(3_000);
  expect(pcs(scene)).toEqual([2, 2]);
  expect(complaint(world)).toBeUndefined();
});

test('leaving the call ends it at the other end, and it can be begun again', async () => {
  const scene = await withCameras();
  const { a, b, pass, world } = scene;
  a.call.leave();
  await pass(200);
  expect(b.call.peers.size).toBe(0);
  expect(arriving(b)).toEqual([]);
  a.live.length = 0;
  a.call = beginCall(world, a);
  await pass(3_000);
  expect(complaint(world)).toBeUndefined();
});

test('a call begun again is not mistaken for the one before, also when its goodbye was lost', async () => {
  const scene = await withCameras();
  const { a, pass, world } = scene;
  a.client.fill(1_000);
  a.call.leave();
  a.live.length = 0;
  await pass(2_000);
  a.call = beginCall(world, a);
  await pass(3_000);
  expect(complaint(world)).toBeUndefined();
  expect(world.faults).toEqual([]);
});

test('a page that comes back after a crash is another participant, and is there once', async () => {
  const scene = await withCameras();
  const { a, b, pass, world } = scene;
  cut(scene);
  for (const pc of a.pcs) pc.close();
  a.client.disconnect();
  await pass(15_000);
  a.client.expire();
  world.parties.splice(0, 1);
  enter(world);
  await pass(3_000);
  expect(b.call.peers.size).toBe(1);
  expect(complaint(world)).toBeUndefined();
});

test('only standard participants are called', async () => {
  const world = createWorld(1);
  const a = enter(world);
  world.room.join('p_agent', 'agent');
  world.room.join('p_recorder', 'recorder');
  await world.clock.advance(10_000);
  expect(a.call.peers.size).toBe(0);
  expect(a.pcs).toEqual([]);
});

test('who was there before waits for the newcomer to speak, so that nothing collides', async () => {
  const scene = await twoConnected();
  expect(scene.world.collisions).toBe(0);
  expect(sent(scene, 'offer')).toBe(1);
  expect(scene.b.client.sent.get('offer')).toBe(1);
  expect(states(scene.a)).toEqual(['connected']);
});
