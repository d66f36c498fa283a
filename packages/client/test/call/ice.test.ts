import { expect, test } from 'vitest';
import { complaint, createWorld, enter } from './world.js';
import { cut, heard, sent, states, twoConnected } from './scene.js';

test('a connection that fails is restarted, and each state is told', async () => {
  const scene = await twoConnected();
  const { a, b, pass, world } = scene;
  const told = heard(a, 'peer');
  cut(scene);
  await pass(12_000);
  expect(told.map(({ state }) => state)).toEqual(['reconnecting', 'connected']);
  expect([a.pcs.length, b.pcs.length]).toEqual([1, 1]);
  expect(complaint(world)).toBeUndefined();
});

test('a disconnection shorter than 3 s restarts nothing, a longer one does', async () => {
  const scene = await twoConnected();
  const { a, pass } = scene;
  const offers = sent(scene, 'offer');
  const [pc] = a.pcs;
  pc?.setIceState('disconnected');
  await pass(2_500);
  pc?.setIceState('connected');
  await pass(10_000);
  expect(sent(scene, 'offer')).toBe(offers);
  pc?.setIceState('disconnected');
  await pass(3_500);
  expect(sent(scene, 'offer')).toBe(offers + 1);
});

test('each disconnection has its own 3 s', async () => {
  const scene = await twoConnected();
  const { a, pass } = scene;
  const offers = sent(scene, 'offer');
  for (let round = 0; round < 5; round += 1) {
    a.pcs[0]?.setIceState('disconnected');
    await pass(2_500);
    a.pcs[0]?.setIceState('connected');
    await pass(10_000);
  }
  expect(sent(scene, 'offer')).toBe(offers);
});

test('a moment of checking, as Firefox has it at each ICE restart, is neither told nor a reason for another one', async () => {
  const scene = await twoConnected();
  const { a, pass } = scene;
  const [offers, told] = [sent(scene, 'offer'), heard(a, 'peer')];
  for (let round = 0; round < 5; round += 1) {
    a.pcs[0]?.setIceState('checking');
    await pass(1_000);
    a.pcs[0]?.setIceState('connected');
    await pass(20_000);
  }
  expect([sent(scene, 'offer'), told]).toEqual([offers, []]);
  a.pcs[0]?.setIceState('checking');
  await pass(3_500);
  expect(told.map(({ state }) => state)).toEqual(['reconnecting']);
});

test('restarts in vain come further and further apart, `failed` is told, and it connects once it can', async () => {
  const scene = await twoConnected();
  const { a, b, pass, world } = scene;
  const told = heard(a, 'peer');
  const at: number[] = [];
  world.room.trace = (_from, _to, { kind }) => kind === 'offer' && at.push(world.clock.now());
  const begun = world.clock.now();
  // No generation from now on has a path.
  const blocked = { add: world.network.dead.add.bind(world.network.dead), has: () => true };
  Object.assign(world.network.dead, blocked);
  cut(scene);
  await pass(180_000);
  expect(states(a)).toEqual(['failed']);
  expect(told.map(({ state }) => state)).toEqual(['reconnecting', 'failed']);
  // Two ends, each at most at 0, 5, 15, 35, 65, 95 ... s.
  expect(at.length).toBeLessThanOrEqual(2 * 9);
  expect(at.length).toBeGreaterThan(4);
  expect((at[0] ?? 0) - begun).toBeGreaterThanOrEqual(3_000);
  Object.assign(world.network.dead, { has: Set.prototype.has });
  await pass(60_000);
  expect([...states(a), ...states(b)]).toEqual(['connected', 'connected']);
});

test('nothing is restarted while signaling is away; it is as soon as it is back', async () => {
  const scene = await twoConnected();
  const { a, b, pass } = scene;
  a.client.disconnect();
  b.client.disconnect();
  cut(scene);
  const offers = sent(scene, 'offer');
  await pass(20_000);
  expect(sent(scene, 'offer')).toBe(offers);
  expect(states(a)).toEqual(['reconnecting']);
  a.client.reconnect();
  b.client.reconnect();
  await pass(6_000);
  expect(states(a)).toEqual(['connected']);
});

test('candidates that were lost do not leave a connection in `checking` for ever', async () => {
  const world = createWorld(3);
  const [a, b] = [enter(world), enter(world)];
  const { room } = world;
  const carry = room.carry.bind(room);
  room.carry = (from, to, message) => {
    if (message.kind !== 'candidates') carry(from, to, message);
  };
  await world.clock.advance(10_000);
  expect(states(a)).toEqual(['connecting']);
  room.carry = carry;
  await world.clock.advance(15_000);
  expect([...states(a), ...states(b)]).toEqual(['connected', 'connected']);
});

test('renewed ICE servers reach every connection, and restart only those that are relayed', async () => {
  const scene = await twoConnected();
  const { a, pass } = scene;
  const [pc] = a.pcs;
  const offers = sent(scene, 'offer');
  const first = [{ urls: 'turn:t.example', username: '1', credential: 'x' }];
  a.client.renewIceServers(first);
  await pass(1_000);
  expect(pc?.configuration.iceServers).toEqual(first);
  expect(sent(scene, 'offer')).toBe(offers);
  if (pc) pc.relayed = true;
  const before = pc?.localGeneration;
  a.client.renewIceServers([{ urls: 'turn:t.example', username: '2', credential: 'y' }]);
  await pass(1_000);
  expect(sent(scene, 'offer')).toBe(offers + 1);
  expect(pc?.localGeneration).not.toBe(before);
  expect(states(a)).toEqual(['connected']);
});

test('[LINK-7] candidates are gathered, name their generation, and end once', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const world = createWorld(seed);
    enter(world);
    enter(world);
    const sets: { candidate: string; usernameFragment: string }[][] = [];
    world.room.trace = (_from, _to, { kind, payload }) => {
      if (kind === 'candidates') sets.push(JSON.parse(payload).candidates);
    };
    await world.clock.advance(3_000);
    const all = sets.flat();
    expect(all.every(({ usernameFragment }) => usernameFragment !== '')).toBe(true);
    expect(all.filter(({ candidate }) => candidate === '')).toHaveLength(2);
    expect(sets.length).toBeLessThan(all.length);
  }
});

test('statistics are told of each connected participant', async () => {
  const { a, b, pass } = await twoConnected(1, { statsEveryMs: 2_000 });
  const told = heard(a, 'stats');
  await pass(4_000);
  expect(told).toHaveLength(2);
  expect(told[0]).toMatchObject({ peer: b.client.id, rttMs: 20, localCandidate: 'host', relayed: false });
});
