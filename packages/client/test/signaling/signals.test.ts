import { describe, expect, test } from 'vitest';
import { FIELD_LIMITS } from '@parley/protocol';
import { MOST_FRAME_BYTES, MOST_KIND_BYTES } from '../../src/signaling/transmit.js';
import { createWorld } from './support.js';
import type { Peer } from './fake-state.js';

const linksOf = (peer: Peer) =>
  peer.frames
    .filter(({ header }) => header.type === 'signal')
    .map(({ header }) => header['link'] as number[]);

describe('signals', () => {
  test('[LINK-10] a frame from nobody that is known: not delivered, not acknowledged', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    service.peers[0]!.tell({ type: 'signal', from: 'p_x', link: [1, 1, 0] }, 'x');
    await clock.advance(5_000);
    expect(a.got.size).toBe(0);
    expect(linksOf(service.peers[0]!)).toEqual([]);
    expect(a.client.send('p_x', { payload: 'x' })).toBe('gone');
    expect(a.client.send('p_1', { payload: 'to oneself' })).toBe('gone');
  });

  test('[LINK-10] a peer without the cap link1: no link, best effort, and frames without a link are delivered', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.members.get('p_2')!.entry = { ...service.members.get('p_2')!.entry, caps: [] };
    service.faults.history = 0;
    service.bound()[0]!.close(1006);
    await clock.advance(1_500);
    // What an away client without a link is sent is gone.
    expect(a.client.send('p_2', { kind: 'offer', payload: 'plain' })).toBe('queued');
    await clock.advance(2_000);
    const frame = service.peers.at(-1)!.frames.find(({ header }) => header.type === 'signal');
    expect(frame!.header).toEqual({ type: 'signal', to: 'p_2', kind: 'offer' });
    expect(b.of('signal')).toEqual([{ from: 'p_1', message: { kind: 'offer', payload: 'plain' } }]);
  });

  test('[LINK-10] what a peer that left was owed is dropped', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.faults.loss = 1;
    a.client.send('p_2', { payload: 'x' });
    void b.client.leave();
    await clock.advance(100);
    const sent = linksOf(service.peers[0]!).length;
    await clock.advance(60_000);
    expect(linksOf(service.peers[0]!).length).toBe(sent);
    expect(a.client.send('p_2', { payload: 'x' })).toBe('gone');
  });

  test('[LINK-9] the same id joined again: a new generation, which resets the other end', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    a.client.send('p_2', { payload: 'before' });
    await clock.advance(1_000);
    const { entry } = service.members.get('p_2')!;
    service.peers[0]!.tell(
      { type: 'batch', at: [1, 100], prev: service.position() },
      JSON.stringify([{ what: 'left', participant: 'p_2', reason: 'expired' }]),
    );
    service.peers[0]!.tell(
      { type: 'batch', at: [1, 101], prev: [1, 100] },
      JSON.stringify([{ what: 'joined', participant: entry }]),
    );
    await clock.advance(1_000);
    a.client.send('p_2', { payload: 'after' });
    await clock.advance(1_000);
    expect(b.of('reset')).toEqual([{ peer: 'p_1' }]);
    expect(b.got.get('p_1')).toEqual(['before', 'after']);
  });

  test('[LINK-8] away: one probe each 8 s; back online: everything at once', async () => {
    const { clock, service, join } = createWorld(1, { resumeMs: 60_000 });
    const a = await join();
    const b = await join();
    service.gateway('b').mode = 'dead';
    service.bound()[1]!.close(1006);
    service.gateway('a').mode = 'dead';
    await clock.advance(50);
    for (let i = 0; i < 5; i += 1) a.client.send('p_2', { payload: String(i) });
    await clock.advance(20_000);
    expect(linksOf(service.peers[0]!)).toEqual([
      [1, 1, 0],
      [1, 1, 0],
    ]);
    service.gateway('a').mode = 'up';
    await clock.advance(30_000);
    expect(b.got.get('p_1')).toEqual(['0', '1', '2', '3', '4']);
  });

  test('[LINK-8] what was sent without a connection goes out with the next one, at once', async () => {
    const { clock, service, page, join } = createWorld(1, { resumeMs: 60_000 });
    const a = await join();
    const b = await join();
    service.gateway('x').mode = 'dead';
    service.gateway('a').mode = 'dead';
    service.peers[0]!.close(1006);
    await clock.advance(10);
    a.client.send('p_2', { payload: 'x' });
    await clock.advance(14_000);
    service.gateway('a').mode = 'up';
    page.tell('online');
    await clock.advance(40);
    expect(b.got.get('p_1')).toEqual(['x']);
  });

  test('[LINK-2] a full queue refuses; `drained` tells when there is room again', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.faults.loss = 1;
    const answers = Array.from({ length: 257 }, (_, i) => a.client.send('p_2', { payload: String(i) }));
    expect(answers.filter((answer) => answer === 'full')).toEqual(['full']);
    await clock.advance(3_000);
    expect(a.of('drained')).toEqual([]);
    service.faults.loss = 0;
    await clock.advance(60_000);
    expect(a.of('drained')).toEqual([{ peer: 'p_2' }]);
    expect(b.got.get('p_1')).toEqual(Array.from({ length: 256 }, (_, i) => String(i)));
  });

  test('[LINK-7] all links together stay below 80 % of the told rate, behind one burst', async () => {
    const { clock, service, join } = createWorld(1, { signalsPerSecond: 20, burst: 30 });
    const a = await join();
    const others = [];
    for (let i = 0; i < 8; i += 1) others.push(await join());
    for (let round = 0; round < 20; round += 1) {
      for (const other of others) a.client.send(other.client.id!, { payload: String(round) });
    }
    const start = clock.now();
    await clock.advance(20_000);
    const times = service.peers[0]!.frames.filter(({ header }) => header.type === 'signal').map(
      ({ at }) => at,
    );
    for (const since of [0, 2_000, 5_000, 10_000]) {
      const until = since + 5_000;
      const count = times.filter((at) => at - start >= since && at - start < until).length;
      expect(count).toBeLessThanOrEqual((since === 0 ? 30 : 0) + 16 * 5 + 1);
    }
    await clock.advance(40_000);
    const all = Array.from({ length: 20 }, (_, i) => String(i));
    for (const other of others) expect(other.got.get('p_1')).toEqual(all);
  });

  test('[NACK-3] told that it is too fast, it slows down', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    await join();
    service.peers[0]!.tell({ type: 'nack', to: 'p_2', link: [1, 1, 0], reason: 'rate', retryAfterMs: 2_000 });
    await clock.advance(10);
    a.client.send('p_2', { payload: 'x' });
    await clock.advance(1_900);
    expect(linksOf(service.peers[0]!)).toEqual([]);
    await clock.advance(200);
    expect(linksOf(service.peers[0]!).length).toBe(1);
  });

  test('[FRAME-4] what would be too large is refused to the caller', async () => {
    expect([MOST_FRAME_BYTES, MOST_KIND_BYTES]).toEqual([
      FIELD_LIMITS.frameWarnBytes,
      FIELD_LIMITS.kindBytes,
    ]);
    const { join } = createWorld();
    const a = await join();
    await join();
    const thrown = (payload: string, kind?: string): unknown => {
      try {
        a.client.send('p_2', { payload, ...(kind !== undefined && { kind }) });
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(thrown('é'.repeat(24_448))).toMatchObject({
      name: 'SignalingError',
      code: 'frame_too_large',
      retry: 'no',
    });
    expect(thrown('é'.repeat(24_000))).toBe(undefined);
    expect(thrown('x', 'k'.repeat(33))).toMatchObject({ code: 'bad_request' });
  });

  test('[LINK-12] restart discards what is queued, resets the peer, and goes on', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    a.client.restart('p_x');
    service.faults.loss = 1;
    a.client.send('p_2', { payload: 'discarded' });
    a.client.restart('p_2');
    a.client.send('p_2', { kind: 'offer', payload: '' });
    await clock.advance(10);
    service.faults.loss = 0;
    await clock.advance(3_000);
    expect(b.of('reset')).toEqual([{ peer: 'p_1' }]);
    expect(b.of('signal')).toEqual([{ from: 'p_1', message: { kind: 'offer', payload: '' } }]);
  });

  test('[LINK-12] 30 s without progress to a peer that is online: `stalled`, and it goes on', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.faults.loss = 1;
    a.client.send('p_2', { payload: 'x' });
    await clock.advance(29_900);
    expect(a.of('stalled')).toEqual([]);
    await clock.advance(200);
    expect(a.of('stalled')).toEqual([{ peer: 'p_2' }]);
    service.faults.loss = 0;
    await clock.advance(10_000);
    expect(b.got.get('p_1')).toEqual(['x']);
  });

  test('a throwing listener is a `fault`, and harms nobody; an unreadable frame is one, too', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    const error = new Error('of the application');
    const stop = b.client.on('signal', () => {
      throw error;
    });
    b.client.on('fault', () => {
      throw new Error('of the listener to faults');
    });
    a.client.send('p_2', { payload: '1' });
    a.client.send('p_2', { payload: '2' });
    await clock.advance(1_000);
    expect(b.got.get('p_1')).toEqual(['1', '2']);
    expect(b.of('fault')).toEqual([{ error }, { error }]);
    stop();
    service.peers[1]!.tell({ toJSON: () => 'no header' });
    service.peers[1]!.tell({ type: 'from-a-later-version' });
    service.peers[1]!.tell({ type: 'error', code: 'forbidden', message: 'signal: not granted' });
    service.peers[1]!.tell({ type: 'snapshot', part: 1, parts: 1, at: [9, 9] }, '{');
    a.client.send('p_2', { payload: '3' });
    await clock.advance(1_000);
    expect(b.got.get('p_1')).toEqual(['1', '2', '3']);
    expect(b.of('fault').length).toBe(4);
    expect(b.of('fault')[2]).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('[JOIN-8] ICE servers of the join, and those that are pushed later', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const iceServers = [{ urls: 'turn:turn.example.org', username: 'u', credential: 'c' }];
    service.peers[0]!.tell({ type: 'ice-servers', iceServers, ttl: 600 });
    await clock.advance(10);
    expect(a.client.iceServers).toEqual(iceServers);
    expect(a.of('iceServers')).toEqual([iceServers]);
    // A resume brings none: the earlier ones stay.
    service.cut();
    await clock.advance(1_500);
    expect(a.client.iceServers).toEqual(iceServers);
  });
});
