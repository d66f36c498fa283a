import { describe, expect, test } from 'vitest';
import type { ErrorCode, GoodbyeAction } from '@parley/protocol';
import type { EndReason } from '../../src/index.js';
import { createWorld } from './support.js';

describe('the end', () => {
  test.each<[number, GoodbyeAction, EndReason]>([
    [4000, 'stop', 'refused'],
    [4003, 'stop', 'refused'],
    [4008, 'stop', 'removed'],
    [4009, 'stop', 'replaced'],
    [4010, 'stop', 'token-expired'],
    [4012, 'stop', 'room-closed'],
    [4013, 'stop', 'unsupported'],
  ])('[CLOSE-2] goodbye %i %s: ended, %s, and never back by itself', async (code, action, reason) => {
    const { clock, service, page, join } = createWorld();
    const a = await join();
    service.gateway('a').mode = 'mute';
    const asked = a.client.message('x');
    service.peers[0]!.goodbye(code, action);
    await Promise.all([expect(asked).rejects.toMatchObject({ code: 'ended' }), clock.advance(20)]);
    expect(a.client.state).toMatchObject({ name: 'ended', reason, code });
    page.tell('online');
    page.tell('visible');
    await clock.advance(100_000);
    expect(service.opened.length).toBe(1);
    expect(clock.pending).toBe(0);
    expect(page.listeners.size).toBe(0);
    await expect(a.client.message('y')).rejects.toMatchObject({ code: 'ended' });
    await expect(a.client.join()).resolves.toBe('p_1');
    await a.client.leave();
    expect(a.client.send('p_1', { payload: '' })).toBe('gone');
  });

  test.each<[string, EndReason]>([
    ['removed', 'removed'],
    ['closed', 'room-closed'],
    ['left', 'replaced'],
  ])('the room says that oneself has left, %s: ended, %s', async (reason, end) => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.commit([{ what: 'left', participant: 'p_1', reason: reason as 'left' }]);
    await clock.advance(60_000);
    expect(a.client.state).toEqual({ name: 'ended', reason: end });
    expect(service.opened.length).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test.each<[ErrorCode, EndReason]>([
    ['room_full', 'refused'],
    ['room_locked', 'refused'],
    ['forbidden', 'refused'],
    ['key_mismatch', 'refused'],
    ['outdated', 'replaced'],
  ])('[JOIN-3] a join that is answered %s rejects with it, and ends', async (code, reason) => {
    const { clock, service, create } = createWorld();
    service.gateway('a').joinError = { code };
    const a = create();
    const joined = a.client.join();
    await Promise.all([expect(joined).rejects.toMatchObject({ code, retry: 'no' }), clock.advance(100)]);
    expect(a.client.state).toMatchObject({ name: 'ended', reason, error: { code } });
    await clock.advance(60_000);
    expect([service.opened.length, clock.pending]).toEqual([1, 0]);
  });

  test('[CLOSE-2] a join that is answered unavailable, or told to back off, is tried again', async () => {
    const { clock, service, create } = createWorld();
    service.gateway('a').joinError = { code: 'unavailable', retryAfterMs: 3_000 };
    const a = create();
    const joined = a.client.join();
    await clock.advance(3_010);
    expect(service.opened.length).toBe(1);
    await clock.advance(1_010);
    service.gateway('a').joinError = undefined;
    service.gateway('a').turnAway = { code: 4100, action: 'resume', retryAfterMs: 8_000 };
    await clock.advance(6_500);
    const before = service.opened.length;
    await clock.advance(5_000);
    expect(service.opened.length - before).toBeLessThanOrEqual(1);
    service.gateway('a').turnAway = undefined;
    await clock.advance(40_000);
    await expect(joined).resolves.toBe('p_1');
  });

  test('[CLOSE-2] 41xx right after each join: further and further apart', async () => {
    const { clock, service, join } = createWorld();
    await join();
    service.gateway('a').turnAway = { code: 4101, action: 'resume' };
    service.cut();
    await clock.advance(60_000);
    const inFirstMinute = service.opened.length - 1;
    await clock.advance(60_000);
    const inSecondMinute = service.opened.length - 1 - inFirstMinute;
    expect(inFirstMinute).toBeLessThan(14);
    expect(inSecondMinute).toBeLessThan(inFirstMinute / 2);
  });

  test('[CLOSE-2] joined, and told to back off again and again: further and further apart', async () => {
    const { clock, service, join } = createWorld();
    await join();
    for (let i = 0; i < 1_200; i += 1) {
      clock.after(i * 100, () => service.bound()[0]?.goodbye(4102, 'resume'));
    }
    await clock.advance(120_000);
    expect(service.opened.length).toBeGreaterThan(4);
    expect(service.opened.length).toBeLessThan(20);
    // A while on a good connection makes up for it.
    await clock.advance(60_000);
    const { length } = service.opened;
    service.cut();
    await clock.advance(1_100);
    expect(service.opened.length).toBe(length + 1);
  });

  test('a policy that gives up ends the client and rejects its join', async () => {
    const { clock, service, create } = createWorld();
    service.gateway('a').mode = 'dead';
    const a = create({ backoff: { delayMs: (attempt) => (attempt < 3 ? 100 : undefined) } });
    const joined = a.client.join();
    await Promise.all([expect(joined).rejects.toMatchObject({ code: 'gave_up' }), clock.advance(5_000)]);
    expect(a.client.state).toMatchObject({ name: 'ended', reason: 'gave-up' });
    expect(service.opened.length).toBe(4);
    expect(clock.pending).toBe(0);
  });

  test('[LEAVE-1] leave says so, synchronously, and resolves when the server knows', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    const left = a.client.leave();
    await clock.advance(20);
    await left;
    expect(b.of('left')).toMatchObject([{ participant: { id: 'p_1' }, reason: 'left' }]);
    expect(a.client.state).toEqual({ name: 'ended', reason: 'left' });
    service.gateway('a').mode = 'mute';
    const second = b.client.leave();
    await clock.advance(990);
    expect(b.client.state.name).toBe('joined');
    await clock.advance(20);
    await second;
    expect(b.client.state).toEqual({ name: 'ended', reason: 'left' });
    await clock.advance(20_000);
    expect([service.open().length, clock.pending]).toEqual([0, 0]);
  });

  test('[LEAVE-1] leave before joining, while joining and while waiting', async () => {
    const { clock, service, create } = createWorld();
    const idle = create();
    await idle.client.leave();
    await expect(idle.client.join()).rejects.toMatchObject({ code: 'ended' });
    const joining = create();
    const joined = joining.client.join();
    await clock.advance(7);
    const left = joining.client.leave();
    await Promise.all([expect(joined).rejects.toMatchObject({ code: 'ended' }), clock.advance(200)]);
    await left;
    expect(service.members.size).toBe(0);
    service.gateway('a').mode = 'dead';
    const waiting = create();
    const never = waiting.client.join();
    await clock.advance(20);
    expect(waiting.client.state.name).toBe('waiting');
    await Promise.all([expect(never).rejects.toMatchObject({ code: 'ended' }), waiting.client.leave()]);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('without a URL or a WebSocket there is no client', () => {
    const { create } = createWorld();
    expect(() => create({ urls: [] })).toThrow(TypeError);
    expect(() => create({ WebSocket: 'none' as never })).toThrow(TypeError);
  });

  test('a WebSocket that cannot be constructed is a fault and tried again', async () => {
    const { clock, service, create } = createWorld();
    let attempts = 0;
    const a = create({
      WebSocket: class extends service.WebSocket {
        constructor(url: string) {
          attempts += 1;
          if (attempts === 1) throw new SyntaxError('no such URL');
          super(url);
        }
      },
    });
    const joined = a.client.join();
    await clock.advance(1_500);
    await expect(joined).resolves.toBe('p_1');
    expect(a.of('fault').length).toBe(1);
  });
});
