import { describe, expect, test } from 'vitest';
import { VIRTUAL_EPOCH_MS } from '@parley/testkit';
import type { VirtualClock } from '@parley/testkit';
import { renewalDelay } from '../../src/signaling/token-life.js';
import { createWorld } from './support.js';

function tokenOf(claims: object): string {
  return `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
}

/** Tokens that live `ms` from when they are asked for. */
function issuer(clock: VirtualClock, ms: number) {
  const issued: string[] = [];
  const issue = (): string => {
    const iat = clock.wall() / 1_000;
    const token = tokenOf({ iat, exp: iat + ms / 1_000, serial: issued.length });
    issued.push(token);
    return token;
  };
  return { issued, issue };
}

describe('tokens', () => {
  test('[TOKEN-1] a plain token goes in hello, and never in a URL', async () => {
    const { service, join } = createWorld();
    await join({ token: 'secret' });
    expect(service.peers[0]!.frames[0]!.header).toMatchObject({ type: 'hello', token: 'secret' });
    expect(service.peers[0]!.url).not.toContain('secret');
  });

  test('[TOKEN-3] renewed a quarter of its life before its end, for as long as it takes', async () => {
    const { clock, service, join } = createWorld();
    const { issued, issue } = issuer(clock, 40_000);
    const a = await join({ token: issue });
    await clock.advance(95_000);
    const refreshes = service.peers[0]!.frames.filter(({ header }) => header.type === 'refresh');
    expect(refreshes.map(({ header }) => header['token'])).toEqual(issued.slice(1));
    expect(refreshes.map(({ at }) => Math.round(at / 1_000))).toEqual([30, 60, 90]);
    // Fresh enough for a resume: nothing is asked for then.
    service.cut();
    await clock.advance(1_500);
    expect(issued.length).toBe(4);
    expect(service.peers[1]!.frames[0]!.header['token']).toBe(issued[3]);
    void a.client.leave();
    await clock.advance(60_000);
    expect([issued.length, clock.pending]).toEqual([4, 0]);
  });

  test('[TOKEN-1] told token_expired: once more with a fresh one, and then it is over', async () => {
    const { clock, service, create } = createWorld();
    service.gateway('a').helloError = 'token_expired';
    const { issued, issue } = issuer(clock, 40_000);
    const a = create({ token: issue });
    const joined = a.client.join();
    await clock.advance(15);
    service.gateway('a').helloError = undefined;
    await clock.advance(2_000);
    await expect(joined).resolves.toBe('p_1');
    expect(issued.length).toBe(2);
    service.gateway('a').helloError = 'token_expired';
    service.cut();
    await clock.advance(10_000);
    expect(issued.length).toBe(3);
    expect(a.client.state).toMatchObject({
      name: 'ended',
      reason: 'token-expired',
      error: { code: 'token_expired' },
    });
    await clock.advance(20_000);
    expect([issued.length, clock.pending]).toEqual([3, 0]);
  });

  test('[TOKEN-2] closed with 4010: back with a fresh one; a plain one cannot be renewed', async () => {
    const { clock, service, join } = createWorld();
    const { issued, issue } = issuer(clock, 40_000);
    const a = await join({ token: issue });
    const b = await join({ token: 'plain' });
    service.peers.forEach((peer) => peer.goodbye(4010, 'stop'));
    await clock.advance(2_000);
    expect(a.client.state.name).toBe('joined');
    expect(a.client.id).toBe('p_1');
    expect(issued.length).toBe(2);
    expect(b.client.state).toMatchObject({ name: 'ended', reason: 'token-expired', code: 4010 });
  });

  test('a callback that fails, or never answers, is a fault and tried again', async () => {
    const { clock, create } = createWorld();
    const answers = [
      () => Promise.reject(new Error('down')),
      () => new Promise<string>(() => undefined),
      () => tokenOf({}),
    ];
    const a = create({ token: () => answers.shift()!() });
    const joined = a.client.join();
    await clock.advance(15_000);
    await expect(joined).resolves.toBe('p_1');
    expect(a.of('fault').map(({ error }) => (error as Error).message)).toEqual(['down', 'timeout']);
  });

  test('a refused renewal is a fault, and another is fetched', async () => {
    const { clock, service, join } = createWorld();
    const { issued, issue } = issuer(clock, 40_000);
    const a = await join({ token: issue });
    const peer = service.peers[0]!;
    const { tell } = peer;
    peer.tell = (header, payload) => {
      const { id, type } = header as { id: number; type: string };
      if (type !== 'reply') return tell(header, payload);
      tell({ type, id, error: { code: 'forbidden', message: 'no', retry: 'no' } });
      peer.tell = tell;
    };
    await clock.advance(31_000);
    service.cut();
    await clock.advance(1_500);
    // The refused one is not shown again.
    expect(service.peers[1]!.frames[0]!.header['token']).toBe(issued[2]);
    expect(a.of('fault').map(({ error }) => error)).toMatchObject([{ code: 'forbidden' }]);
    expect(issued.length).toBe(3);
  });

  test('[TOKEN-3] renewed while the next connection is on its way: handed in there, too', async () => {
    const { clock, service, join } = createWorld();
    const { issued, issue } = issuer(clock, 40_000);
    await join({ token: issue, backoff: { delayMs: () => 0 } });
    await clock.advance(30_000 - clock.now() - 15);
    service.peers[0]!.goodbye(4200, 'resume');
    await clock.advance(100);
    const [hello, , refresh] = service.peers[1]!.frames.map(({ header }) => header);
    expect([hello!['token'], refresh!['token']]).toEqual(issued);
  });

  test('how long a token serves is read from `iat` and from the clock, whichever is less; a wrong clock harms little', () => {
    const wall = VIRTUAL_EPOCH_MS;
    const at = (seconds: number): number => wall / 1_000 + seconds;
    expect(renewalDelay(tokenOf({ iat: at(0), exp: at(600) }), wall)).toBe(540_000);
    expect(renewalDelay(tokenOf({ iat: at(-590), exp: at(10) }), wall)).toBe(7_500);
    expect(renewalDelay(tokenOf({ exp: at(40) }), wall)).toBe(30_000);
    expect(renewalDelay(tokenOf({ iat: at(-7_240), exp: at(-7_200) }), wall)).toBe(30_000);
    expect(renewalDelay(tokenOf({ exp: at(-1) }), wall)).toBe(1_000);
    for (const unreadable of ['', 'opaque', 'a.b.c', tokenOf({}), tokenOf({ exp: 'soon' })]) {
      expect(renewalDelay(unreadable, wall)).toBe(undefined);
    }
  });
});
