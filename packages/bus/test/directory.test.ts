import { describe, expect, test } from 'vitest';
import { createDirectory, createEndpoint, createMemoryBroker } from '../src/index.js';
import type { Bus, DirectoryChange, HeartbeatState, MemoryBroker } from '../src/index.js';
import { createVirtualTimers } from './virtual-timers.js';
import type { VirtualTimers } from './virtual-timers.js';

interface Cluster {
  readonly timers: VirtualTimers;
  readonly broker: MemoryBroker;
}

function cluster(): Cluster {
  const timers = createVirtualTimers();
  return { timers, broker: createMemoryBroker(timers) };
}

/** A process with an endpoint and a directory; `link.up` false makes its publishes go nowhere, `deaf` its receiving. */
async function node({ timers, broker }: Cluster, id: string, told: Partial<HeartbeatState> = {}) {
  const link = { up: true, deaf: false, silent: false };
  const state = { role: 'rooms' as const, canOwn: true, draining: false, ...told };
  const inner = broker.connect();
  const bus: Bus = {
    ...inner,
    publish: (subject, payload) => (link.up ? inner.publish(subject, payload) : Promise.resolve(1)),
    subscribe: (subject, receive) =>
      inner.subscribe(subject, (payload) => (link.deaf ? undefined : receive(payload))),
  };
  const endpoint = createEndpoint({ bus, timers, id });
  const directory = createDirectory({
    endpoint,
    timers,
    healthy: timers,
    self: () => state,
    silent: () => link.silent,
  });
  const changes: string[] = [];
  directory.onChange((change: DirectoryChange) => void changes.push(`${change.kind} ${change.peer.id}`));
  const others: string[] = [];
  endpoint.onRecord((from, record) => {
    if (!directory.hear(from, record)) others.push(from);
  });
  await endpoint.start();
  directory.start();
  return { id, link, state, endpoint, directory, changes, others };
}

describe('directory', () => {
  test('discovery takes one round trip, not a heartbeat interval', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    await all.timers.run(5000);
    const b = await node(all, 'g_b', { role: 'gateway', canOwn: false });
    await all.timers.run(1);
    expect(a.directory.isLive('g_b')).toBe(true);
    expect(b.directory.isLive('r_a')).toBe(true);
    expect(b.directory.owners()).toEqual(['r_a']);
    expect(a.directory.live('gateway')).toEqual([
      { id: 'g_b', role: 'gateway', canOwn: false, draining: false },
    ]);
    expect(a.directory.live('rooms').map(({ id }) => id)).toEqual(['r_a']);
    expect(a.changes).toEqual(['joined r_a', 'joined g_b']);
  });

  test('a newcomer is answered by each peer alone, with no storm of broadcasts', async () => {
    const all = cluster();
    for (let i = 0; i < 5; i++) await node(all, `r_${i}`);
    await all.timers.run(10);
    let heard = 0;
    const spy = all.broker.connect();
    await spy.subscribe('all', () => (heard += 1));
    await node(all, 'r_new');
    await all.timers.run(10);
    expect(heard).toBe(1);
  });

  test('F1 a silent peer is lost after 3.5 s, and within 5 s', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    await all.timers.run(2500);
    b.link.up = false;
    await all.timers.run(3000);
    expect(a.directory.isLive('r_b')).toBe(true);
    await all.timers.run(2000);
    expect(a.directory.isLive('r_b')).toBe(false);
    expect(a.directory.owners()).toEqual(['r_a']);
    expect(a.changes.at(-1)).toBe('lost r_b');
  });

  test('lost tells for how long the peer was not heard', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    let ago = 0;
    a.directory.onChange((change) => void (ago = change.kind === 'lost' ? change.lastHeardAgoMs : ago));
    await all.timers.run(2500);
    b.link.up = false;
    await all.timers.run(6000);
    expect(ago).toBeGreaterThan(3500);
    expect(ago).toBeLessThan(5000);
  });

  test('R5 a process that hears nothing at all, itself neither, gives up nobody', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    await node(all, 'r_b');
    await all.timers.run(2500);
    a.link.deaf = true;
    await all.timers.run(60_000);
    a.link.deaf = false;
    expect(a.directory.isLive('r_b')).toBe(true);
    await all.timers.run(1500);
    expect(a.changes).toEqual(['joined r_a', 'joined r_b']);
  });

  test('F3 a stall of the own event loop costs nobody its place', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    await node(all, 'r_b');
    await all.timers.run(2500);
    all.timers.stall(10_000);
    await all.timers.run(3000);
    expect(a.changes).toEqual(['joined r_a', 'joined r_b']);
  });

  test('N8 one that was lost and came back owns nothing for 10 s, but is live', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    await all.timers.run(2500);
    b.link.up = false;
    await all.timers.run(6000);
    b.link.up = true;
    await all.timers.run(1500);
    expect(a.directory.isLive('r_b')).toBe(true);
    expect(a.directory.owners()).toEqual(['r_a']);
    await all.timers.run(10_000);
    expect(a.directory.owners()).toEqual(['r_a', 'r_b']);
    expect(a.changes).toEqual(['joined r_a', 'joined r_b', 'lost r_b', 'joined r_b', 'updated r_b']);
  });

  test('N8 the quarantine is waived when nobody else may own', async () => {
    const all = cluster();
    const gateway = await node(all, 'g_a', { role: 'gateway', canOwn: false });
    const rooms = await node(all, 'r_b');
    await all.timers.run(2500);
    rooms.link.up = false;
    await all.timers.run(6000);
    expect(gateway.directory.owners()).toEqual([]);
    rooms.link.up = true;
    await all.timers.run(1500);
    expect(gateway.directory.owners()).toEqual(['r_b']);
  });

  test('announce tells others of canOwn and draining at once; both end ownership', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    await all.timers.run(10);
    b.state.canOwn = false;
    b.directory.announce();
    await all.timers.run(1);
    expect(a.directory.owners()).toEqual(['r_a']);
    expect(b.directory.owners()).toEqual(['r_a']);
    b.state.canOwn = true;
    b.state.draining = true;
    b.directory.announce();
    await all.timers.run(1);
    expect(a.directory.owners()).toEqual(['r_a']);
    expect(a.changes.slice(2)).toEqual(['updated r_b', 'updated r_b']);
  });

  test('R5 a silent process sends nothing and is given up by the others', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    await all.timers.run(1000);
    b.link.silent = true;
    await all.timers.run(6000);
    expect(a.directory.isLive('r_b')).toBe(false);
    expect(b.directory.isLive('r_a')).toBe(true);
  });

  test('X7 F16 malformed heartbeats are ignored and counted, unknown fields are not, other records pass', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const other = createEndpoint({ bus: all.broker.connect(), timers: all.timers, id: 'r_x' });
    const say = (text: string): void => other.send('r_a', new TextEncoder().encode(text));
    say('heartbeat\n');
    say('heartbeat\n{');
    say('heartbeat\nnull');
    say('heartbeat\n[]');
    say('heartbeat\n{"role":"king","canOwn":true,"draining":false}');
    say('heartbeat\n{"role":"rooms","canOwn":1,"draining":false}');
    say('heartbeat\n{"__proto__":{"role":"rooms","canOwn":true,"draining":false}}');
    say(`heartbeat\n{"role":"rooms","canOwn":true,"draining":false,"x":"${'x'.repeat(2000)}"}`);
    say('heartbeat');
    say('{"type":"batch"}');
    await all.timers.run(10);
    expect(a.directory.ignored()).toBe(8);
    expect(a.directory.isLive('r_x')).toBe(false);
    expect(a.others).toEqual(['r_x', 'r_x']);
    say('heartbeat\n{"role":"rooms","canOwn":true,"draining":false,"since":"v2"}');
    await all.timers.run(10);
    expect(a.directory.isLive('r_x')).toBe(true);
  });

  test('I10 the number of peers is bounded', async () => {
    const { timers } = cluster();
    const endpoint = { id: 'r_a', send: () => undefined, broadcast: () => undefined };
    const self = () => ({ role: 'rooms' as const, canOwn: true, draining: false });
    const directory = createDirectory({ endpoint, timers, healthy: timers, self, maxPeers: 10 });
    directory.start();
    const beat = new TextEncoder().encode('heartbeat\n{"role":"rooms","canOwn":true,"draining":false}');
    for (let i = 0; i < 100; i++) directory.hear(`r_${i}`, beat);
    expect(directory.live('rooms').length).toBe(10);
    expect(directory.ignored()).toBe(91);
  });

  test('stop ends heartbeats and empties the directory; start begins anew', async () => {
    const all = cluster();
    const a = await node(all, 'r_a');
    const b = await node(all, 'r_b');
    await all.timers.run(10);
    b.directory.stop();
    expect(b.directory.live('rooms')).toEqual([]);
    await all.timers.run(6000);
    expect(a.directory.isLive('r_b')).toBe(false);
    expect(b.directory.isLive('r_a')).toBe(false);
    b.directory.start();
    await all.timers.run(1);
    expect(b.directory.owners()).toEqual(['r_a', 'r_b']);
  });
});
