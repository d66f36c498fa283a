import { describe, expect, test } from 'vitest';
import { createWorld } from './support.js';

const TWO = { urls: ['ws://a/v1/connect', 'ws://b/v1/connect'] };

describe('make before break', () => {
  test('[CLOSE-4] a draining gateway: joined elsewhere before the first connection closes; nobody sees anything', async () => {
    const { clock, service, join } = createWorld();
    const a = await join(TWO);
    const b = await join();
    const from = a.client.id!;
    const first = service.peers[0]!;
    for (let i = 0; i < 60; i += 1) {
      clock.after(i * 50, () => void a.client.send(b.client.id!, { payload: String(i) }));
    }
    await clock.advance(500);
    first.goodbye(4200, 'resume', 300);
    await clock.advance(300);
    expect(service.peers.length).toBe(2);
    await clock.advance(4_000);
    const second = service.peers[2]!;
    expect(second.gateway).not.toBe(first.gateway);
    expect(second.url).toContain('resume=1');
    expect(first.open).toBe(false);
    expect(a.states).toEqual(['connecting', 'joined']);
    expect(b.got.get(from)).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
    const statuses = b.of('roster').flatMap(({ changes }) => changes.map(({ what }) => what));
    expect(statuses).not.toContain('left');
    expect(statuses).not.toContain('status');
  });

  test('[CLOSE-4] `draining` again: the next address, or the same one after retryAfterMs', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.gateway('a').joinError = { code: 'draining', retryAfterMs: 2_000 };
    service.peers[0]!.goodbye(4200, 'resume');
    await clock.advance(1_100);
    expect(service.opened.length).toBe(2);
    const refusedAt = service.opened[1]!;
    await clock.advance(20_000);
    expect(service.opened[2]! - refusedAt).toBeGreaterThanOrEqual(2_000);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    expect(service.peers[0]!.open).toBe(true);
    service.gateway('a').joinError = undefined;
    await clock.advance(35_000);
    expect(service.peers[0]!.open).toBe(false);
    expect(service.open().length).toBe(1);
    expect(a.states).toEqual(['connecting', 'joined']);
  });

  test('[CLOSE-2] what could wait while the connection lasted does not wait when it is gone', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.gateway('a').joinError = { code: 'unavailable' };
    service.peers[0]!.goodbye(4200, 'resume');
    await clock.advance(60_000);
    expect(a.client.state.name).toBe('joined');
    service.gateway('a').joinError = undefined;
    for (let i = 0; i < 30 && service.opened.at(-1)! < clock.now() - 400; i += 1) await clock.advance(200);
    service.peers[0]!.close(1006);
    await clock.advance(1_100);
    expect(a.client.state.name).toBe('joined');
    expect(service.open().length).toBe(1);
  });

  test('a gateway that closes right behind its goodbye is left at once', async () => {
    const { clock, service, join } = createWorld();
    const a = await join(TWO);
    service.peers[0]!.goodbye(4201, 'resume');
    service.peers[0]!.close(4201);
    await clock.advance(1_100);
    expect(a.client.state.name).toBe('joined');
    expect(service.peers.length).toBe(2);
  });

  test('[CLOSE-5] away from a degraded gateway if another one takes it; else it stays, and stops trying when it is over', async () => {
    const { clock, service, join } = createWorld();
    service.gateway('b').joinError = { code: 'unavailable' };
    service.gateway('a').joinError = undefined;
    const a = await join({ urls: ['ws://a/v1/connect', 'ws://a/v1/connect'] });
    service.gateway('a').joinError = { code: 'unavailable' };
    service.peers[0]!.tell({ type: 'degraded', degraded: true });
    await clock.advance(10_000);
    expect(a.client.state).toEqual({ name: 'joined', degraded: true });
    expect(service.peers[0]!.open).toBe(true);
    expect(service.opened.length).toBeGreaterThan(2);
    service.peers[0]!.tell({ type: 'degraded', degraded: false });
    await clock.advance(100);
    const tried = service.opened.length;
    await clock.advance(60_000);
    expect(service.opened.length).toBe(tried);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    service.gateway('a').joinError = undefined;
    service.peers[0]!.tell({ type: 'degraded', degraded: true });
    await clock.advance(2_000);
    expect(service.peers[0]!.open).toBe(false);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    expect(a.states.filter((name) => name !== 'joined')).toEqual(['connecting']);
  });

  test('[CLOSE-5] also with a single address: another gateway may be behind it, and whoever is not taken stays', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.gateway('a').joinError = { code: 'unavailable' };
    service.peers[0]!.tell({ type: 'degraded', degraded: true });
    await clock.advance(30_000);
    expect(service.opened.length).toBeGreaterThan(2);
    expect(service.opened.length).toBeLessThan(14);
    expect(a.client.state).toEqual({ name: 'joined', degraded: true });
    expect(service.peers[0]!.open).toBe(true);
    service.gateway('a').joinError = undefined;
    await clock.advance(20_000);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    expect(service.open().length).toBe(1);
    expect(a.states.filter((name) => name !== 'joined')).toEqual(['connecting']);
  });

  test('[CLOSE-5] it is over while a join elsewhere is on its way: what that is answered decides', async () => {
    for (const refused of [false, true]) {
      const { clock, service, join } = createWorld();
      const a = await join();
      service.faults.latencyMs = 400;
      service.gateway('a').joinError = refused ? { code: 'unavailable' } : undefined;
      service.peers[0]!.tell({ type: 'degraded', degraded: true });
      for (let i = 0; i < 300 && service.peers[1] === undefined; i += 1) await clock.advance(10);
      // Its join is on the way to the server, or its answer back.
      await clock.advance(850);
      service.peers[0]!.tell({ type: 'degraded', degraded: false });
      await clock.advance(60_000);
      expect(a.client.state).toEqual({ name: 'joined', degraded: false });
      expect(service.peers.map(({ open }) => open)).toEqual([refused, !refused]);
      expect(a.states.filter((name) => name !== 'joined')).toEqual(['connecting']);
    }
  });

  test('the new connection binds, and its answer is lost: 4009 of the old one does not end the client', async () => {
    const { clock, service, join } = createWorld();
    const a = await join(TWO);
    const first = service.peers[0]!;
    first.goodbye(4200, 'resume');
    await clock.advance(10);
    // The answer of the second connection stays out until long after the first one was told that it is replaced.
    service.faults.latencyMs = 5;
    let second = service.peers[1];
    for (let i = 0; i < 200 && second === undefined; i += 1) {
      await clock.advance(10);
      second = service.peers[1];
    }
    second!.tell = () => undefined;
    await clock.advance(200);
    expect(first.open).toBe(false);
    expect(a.client.state).toEqual({ name: 'joined', degraded: false });
    await clock.advance(20_000);
    expect(a.client.state.name).toBe('joined');
    expect(a.client.id).toBe('p_1');
    expect(a.states).not.toContain('ended');
  });
});
