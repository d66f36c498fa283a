import { describe, expect, test } from 'vitest';
import { errorBody } from '@parley/protocol';
import { SignalingError } from '../../src/index.js';
import { createWorld } from './support.js';

describe('requests that change the room', () => {
  test('[REQ-5] numbered from 1, one outstanding at a time', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const all = [a.client.message('1'), a.client.update({ name: 'Ann' }), a.client.message('2')];
    await clock.advance(100);
    await Promise.all(all);
    const sent = service.peers[0]!.frames.filter(({ header }) => 'cmd' in header);
    expect(sent.map(({ header }) => header['cmd'])).toEqual([1, 2, 3]);
    // Each went out after the answer to the one before.
    expect(sent[1]!.at - sent[0]!.at).toBeGreaterThanOrEqual(10);
    expect(a.of('message').map(({ data }) => data)).toEqual(['1', '2']);
    expect(a.client.roster!.participants.get('p_1')!.name).toBe('Ann');
  });

  test('[REQ-5] the same number again after a resume, and done once, whether or not it had been done', async () => {
    for (const doneBefore of [true, false]) {
      const { clock, service, join } = createWorld();
      const a = await join();
      const b = await join();
      const sent = a.client.message('once');
      const next = a.client.message('then');
      if (doneBefore) await clock.advance(5);
      service.peers[0]!.close(1006);
      await clock.advance(3_000);
      await Promise.all([sent, next]);
      expect(b.of('message').map(({ data }) => data)).toEqual(['once', 'then']);
      expect(a.of('message').map(({ data }) => data)).toEqual(['once', 'then']);
    }
  });

  test('[REQ-1] 5 s without an answer: `timeout`; its number stays taken until the answer comes', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const b = await join();
    service.peers[0]!.close(1006);
    service.gateway('a').mode = 'dead';
    await clock.advance(20);
    const first = a.client.message('in doubt');
    const never = a.client.message('never sent');
    const failed = Promise.all([
      expect(first).rejects.toMatchObject({ code: 'timeout', retry: 'after' }),
      expect(never).rejects.toBeInstanceOf(SignalingError),
    ]);
    await clock.advance(5_010);
    await failed;
    service.gateway('a').mode = 'up';
    const later = a.client.message('later');
    await clock.advance(4_900);
    await later;
    expect(b.of('message').map(({ data }) => data)).toEqual(['later']);
  });

  test('[REQ-5] R7 an owner that has an older room for a moment is asked again, and answers once it knows', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const asked = [1, 2, 3].map((number) => a.client.message(String(number)));
    await clock.advance(200);
    await Promise.all(asked);
    const member = service.members.get('p_1')!;
    member.cmd = 1;
    const fourth = a.client.message('4');
    await clock.advance(1_200);
    member.cmd = 3;
    await clock.advance(1_000);
    await fourth;
    expect(a.of('message').map(({ data }) => data)).toEqual(['1', '2', '3', '4']);
    // What never comes right is told in time.
    member.cmd = 0;
    const fifth = expect(a.client.message('5')).rejects.toMatchObject({ code: 'cmd_out_of_order' });
    await clock.advance(5_010);
    await fifth;
    const frames = service.peers[0]!.frames.length;
    await clock.advance(9_000);
    expect(
      service.peers[0]!.frames.slice(frames).filter(({ header }) => 'cmd' in header).length,
    ).toBeLessThan(2);
  });

  test('[REQ-1] a timed out request that was sent is asked about again: its number is never given to another', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const first = a.client.message('sent');
    const failed = expect(first).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(4);
    service.peers[0]!.close(1006);
    service.gateway('a').mode = 'dead';
    await clock.advance(6_000);
    await failed;
    service.gateway('a').mode = 'up';
    const second = a.client.message('second');
    await clock.advance(4_500);
    await second;
    expect(a.of('message').map(({ data }) => data)).toEqual(['sent', 'second']);
  });

  test('[REQ-5] a refusal takes no number; `unavailable` is asked again until the deadline, and then told', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const peer = service.peers[0]!;
    const answers = [errorBody('payload_too_large'), errorBody('unavailable', undefined, 200), undefined];
    const tell = peer.tell;
    peer.tell = (header, payload) => {
      if ((header as { type: string }).type !== 'reply') return tell(header, payload);
      const error = answers.shift();
      tell(
        error === undefined ? header : { type: 'reply', id: (header as { id: number }).id, error },
        payload,
      );
    };
    const member = service.members.get('p_1')!;
    const refused = expect(a.client.message('too large')).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    await clock.advance(11);
    await refused;
    member.cmd = 0;
    const granted = a.client.message('small');
    await clock.advance(300);
    await granted;
    expect(peer.frames.filter(({ header }) => 'cmd' in header).map(({ header }) => header['cmd'])).toEqual([
      1, 1, 1,
    ]);
    answers.push(...Array.from({ length: 40 }, () => errorBody('unavailable', undefined, 200)));
    const down = expect(a.client.message('x')).rejects.toMatchObject({ code: 'unavailable', retry: 'after' });
    await clock.advance(5_010);
    await down;
  });

  test('[REQ-5] done, but answered `unavailable` beyond the deadline: asked about until it is known', async () => {
    const { clock, service, join } = createWorld();
    const a = await join();
    const peer = service.peers[0]!;
    const { tell } = peer;
    peer.tell = (header, payload) => {
      const { type, id } = header as { type: string; id: number };
      tell(type === 'reply' ? { type, id, error: errorBody('unavailable') } : header, payload);
    };
    const first = expect(a.client.message('first')).rejects.toMatchObject({ code: 'unavailable' });
    const second = expect(a.client.message('given up unsent')).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(6_000);
    await Promise.all([first, second]);
    const third = a.client.message('third');
    await clock.advance(1_000);
    peer.tell = tell;
    await clock.advance(1_000);
    await third;
    expect(a.of('message').map(({ data }) => data)).toEqual(['first', 'third']);
  });

  test('64 wait at most, and what is too large never waits', async () => {
    const { clock, service, create } = createWorld();
    service.gateway('a').mode = 'dead';
    const a = create();
    a.client.join().catch(() => undefined);
    const all = Array.from({ length: 65 }, () =>
      a.client.message('x').catch((error: SignalingError) => error.code),
    );
    await expect(all[64]).resolves.toBe('queue_full');
    await expect(a.client.message('x'.repeat(48 * 1024))).rejects.toMatchObject({ code: 'frame_too_large' });
    void a.client.leave();
    expect(await Promise.all(all.slice(0, 64))).toEqual(Array.from({ length: 64 }, () => 'ended'));
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('a new participant starts its numbers anew; what was outstanding is in doubt', async () => {
    const { clock, service, join } = createWorld(1, { resumeMs: 1_000 });
    const a = await join();
    const before = a.client.message('before');
    await clock.advance(50);
    await before;
    service.peers[0]!.close(1006);
    service.members.delete('p_1');
    const doubtful = a.client.message('doubtful');
    const after = a.client.message('after');
    const failed = expect(doubtful).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(1_500);
    await Promise.all([failed, after]);
    expect(service.members.get('p_2')!.cmd).toBe(1);
  });
});
