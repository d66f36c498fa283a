import { describe, expect, test } from 'vitest';
import { createWorld } from './support.js';

describe('joining and coming back', () => {
  test('[HELLO-3] hello and join go out in one flight, and everything is told once', async () => {
    const { service, join } = createWorld();
    const a = await join({ name: 'Ann', attributes: { role: 'host' } });
    const [hello, joining] = service.peers[0]!.frames;
    expect(hello!.at).toBe(joining!.at);
    expect(joining!.header).toMatchObject({
      ...{ room: 'room', n: 1, name: 'Ann', attributes: { role: 'host' }, caps: ['link1'] },
      key: a.client.key,
    });
    expect(joining!.header).not.toHaveProperty('at');
    expect(service.peers[0]!.url).toBe('ws://a/v1/connect');
    const b = await join();
    expect(a.client.id).toBe('p_1');
    expect([...b.client.roster!.participants.keys()]).toEqual(['p_1', 'p_2']);
    expect(b.of('joined').map(({ participant }) => participant.id)).toEqual(['p_1']);
    expect(a.of('joined').map(({ participant }) => participant.id)).toEqual(['p_2']);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    expect(a.states).toEqual(['connecting', 'joined']);
    expect(a.client.join()).toBe(a.client.join());
  });

  test('[RESUME-2] the same key, a greater n and the position: what was missed comes as batches', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.bound()[0]!.close(1006);
    await clock.advance(8);
    const sent = b.client.message('while away');
    await clock.advance(1_500);
    await sent;
    const again = service.peers.at(-1)!;
    expect(again.url).toBe('ws://a/v1/connect?resume=1');
    expect(again.frames[1]!.header).toMatchObject({ key: a.client.key, n: 2, at: [1, 3] });
    expect(a.client.id).toBe('p_1');
    expect(a.of('message')).toEqual([{ from: 'p_2', data: 'while away' }]);
    expect(a.of('rejoined')).toEqual([]);
    expect(a.client.roster!.at).toEqual(service.position());
    expect(b.of('left')).toEqual([]);
  });

  test('[RESUME-2] where batches are not there any more, the snapshot comes as changes', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    const c = await join();
    service.faults.history = 0;
    service.bound()[0]!.close(1006);
    await clock.advance(8);
    void c.client.leave();
    void b.client.update({ name: 'Bo' });
    await clock.advance(50);
    const d = await join();
    const seen = a.told.length;
    await clock.advance(1_500);
    const { changes } = a.of('roster').at(-1)!;
    expect(changes).toEqual([
      { what: 'left', participant: 'p_3', reason: 'expired' },
      expect.objectContaining({ what: 'updated', participant: 'p_2', name: 'Bo' }),
      expect.objectContaining({ what: 'joined', participant: expect.objectContaining({ id: d.client.id }) }),
    ]);
    const events = a.told.slice(seen).map(({ event }) => event);
    expect(events.filter((event) => event === 'left' || event === 'joined')).toEqual(['left', 'joined']);
  });

  test('[RESUME-4] after its window the same call makes a new participant: `rejoined`, and fresh links', async () => {
    const { clock, service, join } = createWorld(1, { resumeMs: 3_000 });
    const a = await join();
    const b = await join();
    a.client.send('p_2', { payload: 'one' });
    await clock.advance(1_000);
    service.gateway('a').mode = 'dead';
    service.bound()[0]!.close(1006);
    await clock.advance(20_000);
    a.client.send('p_2', { payload: 'of the former participant' });
    service.gateway('a').mode = 'up';
    await clock.advance(40_000);
    expect(a.of('rejoined')).toEqual([{ id: 'p_3', replaced: 'p_1' }]);
    expect(a.client.id).toBe('p_3');
    expect(service.peers.at(-1)!.url).toBe('ws://a/v1/connect');
    expect(a.of('left')).toEqual([]);
    expect(b.of('left')).toMatchObject([{ participant: { id: 'p_1' }, reason: 'expired' }]);
    expect(a.client.send('p_2', { payload: 'two' })).toBe('queued');
    const done = a.client.message('numbered from 1 again');
    await clock.advance(1_000);
    await done;
    expect(b.got.get('p_1')).toEqual(['one']);
    expect(b.got.get('p_3')).toEqual(['two']);
  });

  test('[BATCH-2] a batch that does not follow leads to a new connection, before the old one is closed', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.skip();
    service.commit([{ what: 'room', locked: true }]);
    expect(a.client.roster!.room.locked).toBe(false);
    await clock.advance(1_500);
    expect(a.client.roster!.at).toEqual(service.position());
    expect(service.peers.length).toBe(2);
    expect(service.open().length).toBe(1);
    expect(a.states).toEqual(['connecting', 'joined']);
  });

  test('[JOIN-7] `replaces` is sent until it has joined; a goodbye with `rejoin` leads to a new key that replaces', async () => {
    const { clock, service, join } = createWorld();
    const first = await join();
    const second = await join({ replaces: first.client.key });
    expect(first.client.state).toMatchObject({ name: 'ended', reason: 'replaced' });
    expect([...second.client.roster!.participants.keys()]).toEqual(['p_2']);
    const { key } = second.client;
    service.bound()[0]!.goodbye(4008, 'rejoin');
    await clock.advance(2_000);
    const { header } = service.peers.at(-1)!.frames[1]!;
    expect(header).toMatchObject({ key: second.client.key, replaces: key });
    expect(service.peers.at(-1)!.url).not.toContain('resume');
    expect(header).not.toHaveProperty('at');
    expect(second.client.key).not.toBe(key);
    expect(second.of('rejoined')).toEqual([{ id: 'p_3', replaced: 'p_2' }]);
    service.cut();
    await clock.advance(2_000);
    expect(service.peers.at(-1)!.frames[1]!.header).not.toHaveProperty('replaces');
  });

  test('several addresses: one is drawn, and each failure leads to the next', async () => {
    const { clock, service, create } = createWorld();
    for (const host of ['a', 'b']) service.gateway(host).mode = 'dead';
    const a = create({ urls: ['ws://a/v1/connect', 'ws://b/v1/connect', 'ws://c/v1/connect?x=1'] });
    const joined = a.client.join();
    await clock.advance(10_000);
    await joined;
    const hosts = service.peers.map(({ gateway }) => gateway);
    expect(hosts.at(-1)).toBe('c');
    expect(new Set(hosts).size).toBe(hosts.length);
    service.cut();
    service.gateway('a').mode = 'up';
    await clock.advance(1_500);
    expect(service.peers.at(-1)!.gateway).toBe('a');
    expect(a.client.id).toBe('p_1');
  });

  test('[CONN-4] 4 s without an answer is a dead connection; what does not open within 3 s, too', async () => {
    const { clock, service, page, join } = createWorld();
    const a = await join();
    const pings = () => service.peers[0]!.frames.filter(({ header }) => header.type === 'ping').length;
    await clock.advance(20_000);
    expect(pings()).toBe(4);
    expect(a.states).toEqual(['connecting', 'joined']);
    page.tell('hidden');
    await clock.advance(60_000);
    expect(pings()).toBe(4);
    page.tell('visible');
    await clock.advance(50);
    expect(pings()).toBe(5);
    service.gateway('a').mode = 'mute';
    await clock.advance(5_000 + 3_900);
    expect(a.client.state.name).toBe('joined');
    service.gateway('a').mode = 'never';
    await clock.advance(200);
    expect(a.client.state.name).toBe('waiting');
    await clock.advance(1_000);
    expect(a.client.state.name).toBe('connecting');
    await clock.advance(3_000);
    expect(a.client.state.name).toBe('waiting');
    service.gateway('a').mode = 'up';
    page.tell('online');
    await clock.advance(50);
    expect(a.client.state.name).toBe('joined');
  });

  test('a gateway that takes the socket and never answers the join is given 5 s', async () => {
    const { clock, service, create } = createWorld();
    service.gateway('a').mode = 'mute';
    const a = create();
    void a.client.join();
    await clock.advance(4_900);
    expect(a.client.state.name).toBe('connecting');
    service.gateway('a').mode = 'up';
    await clock.advance(1_500);
    expect(a.client.state.name).toBe('joined');
  });
});
