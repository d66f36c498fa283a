import { describe, expect, test } from 'vitest';
import { KEY, RULES } from '../fixtures/rules.js';
import { joined, machine, welcomed } from '../fixtures/machine.js';

const closeOf = (m: ReturnType<typeof machine>): number | undefined => m.did('close').at(-1)?.code;

describe('quality', () => {
  const reports = (m: ReturnType<typeof machine>) => m.did('report').length;
  const left = (m: ReturnType<typeof machine>) =>
    m.did('tally').flatMap(({ what }) => (what.count === 'report' ? [what.result] : []));

  test('[QUALITY-2] a report is never answered, whatever it holds, and no number of bad ones ends a connection', () => {
    const m = joined();
    const before = m.sent().length;
    m.say({ type: 'quality', pairs: [{ localCandidate: 'host' }] });
    expect(reports(m)).toBe(1);
    for (let i = 0; i < 50; i += 1) m.say({ type: 'quality', pairs: 'x', id: 7 });
    expect(reports(m)).toBe(1);
    expect(left(m)).toEqual(Array.from({ length: 50 }, () => 'invalid'));
    expect(m.sent()).toHaveLength(before);
    expect(m.connection().state).toBe('joined');
  });

  test('[QUALITY-3] three reports at once, then one each 10 s; they take nothing of what signals may use', () => {
    const m = joined();
    const say = (times: number): void => {
      for (let i = 0; i < times; i += 1) m.say({ type: 'quality' });
    };
    say(5);
    expect([reports(m), left(m)]).toEqual([3, ['limited', 'limited']]);
    m.pass(10_000);
    say(2);
    expect([reports(m), left(m).length]).toEqual([4, 3]);
    for (let i = 0; i < RULES.limits.burst; i += 1) m.say({ type: 'signal', to: 'p_B' }, 'x');
    expect(m.did('signal')).toHaveLength(RULES.limits.burst);
  });

  test('[QUALITY-2] [HELLO-1] it cannot be the first frame, and while a join is under way it is counted at once', () => {
    const first = machine();
    first.say({ type: 'quality' });
    expect(first.sent()[0]).toMatchObject({ type: 'error', code: 'hello_required' });
    expect(closeOf(first)).toBe(4000);

    const m = welcomed();
    m.say({ type: 'join', id: 2, room: 'r', key: KEY, n: 1 });
    m.say({ type: 'quality' });
    expect([m.connection().state, reports(m)]).toEqual(['joining', 1]);
  });
});
