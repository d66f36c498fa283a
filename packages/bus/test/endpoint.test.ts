import { describe, expect, test } from 'vitest';
import {
  BROADCAST_SUBJECT,
  BusError,
  createEndpoint,
  createMemoryBroker,
  packBundle,
  RequestError,
} from '../src/index.js';
import type { Bus, Endpoint, EndpointOptions, RequestErrorCode } from '../src/index.js';
import { createVirtualTimers } from './virtual-timers.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** Two started endpoints on one broker; publishes of the first are noted. */
async function pair(options: Partial<EndpointOptions> = {}) {
  const timers = createVirtualTimers();
  const broker = createMemoryBroker(timers);
  const published: { subject: string; size: number }[] = [];
  const inner = broker.connect();
  const bus: Bus = {
    ...inner,
    publish: (subject, payload) => {
      published.push({ subject, size: payload.length });
      return inner.publish(subject, payload);
    },
  };
  const a = createEndpoint({ bus, timers, id: 'g_a', ...options });
  const b = createEndpoint({ bus: broker.connect(), timers, id: 'r_b' });
  await a.start();
  await b.start();
  return { timers, broker, published, a, b, raw: broker.connect() };
}

async function codeOf(request: Promise<Uint8Array>): Promise<RequestErrorCode | 'replied'> {
  try {
    await request;
    return 'replied';
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}

const deadlineMs = 1000;

describe('endpoint', () => {
  test('B12 what is sent to one inbox within a turn leaves as one publish', async () => {
    const { timers, published, a, b } = await pair();
    const seen: string[] = [];
    b.onRecord((from, record) => void seen.push(`${from}:${textOf(record)}`));
    for (let i = 0; i < 50; i++) a.send('r_b', bytes(`${i}`));
    a.send('g_a', bytes('self'));
    await timers.run(1);
    expect(published.map(({ subject }) => subject)).toEqual(['r_b', 'g_a']);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `g_a:${i}`));
  });

  test('B12 bundles are cut below maxPublishBytes and keep the order', async () => {
    const { timers, published, a, b } = await pair({ maxPublishBytes: 200 });
    const seen: string[] = [];
    b.onRecord((_from, record) => void seen.push(textOf(record)));
    for (let i = 0; i < 100; i++) a.send('r_b', bytes(`${i}`.padStart(i % 40)));
    await timers.run(1);
    expect(Math.max(...published.map(({ size }) => size))).toBeLessThanOrEqual(200);
    expect(seen.map(Number)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('R10 a one-way record to nobody is reported to the sender', async () => {
    const { timers, a } = await pair();
    const lost: string[] = [];
    a.onUndelivered((to, records) => void lost.push(`${to}: ${records.map(textOf).join(' ')}`));
    a.send('g_gone', bytes('one'));
    a.send('g_gone', bytes('two'));
    await timers.run(1);
    expect(lost).toEqual(['g_gone: one two']);
  });

  test('B12 a request to nobody is unreachable at once', async () => {
    const { timers, a } = await pair();
    const code = codeOf(a.request('r_gone', bytes('x'), { deadlineMs }));
    await timers.run(1);
    expect(await code).toBe('unreachable');
  });

  test('B8 the outbound queue is bounded: overflow is reported after the call, and nothing is thrown', async () => {
    const { timers, a, b } = await pair({ maxQueuedBytes: 500 });
    let received = 0;
    let lost = 0;
    let sending = true;
    b.onRecord(() => (received += 1));
    a.onUndelivered((_to, records) => {
      expect(sending).toBe(false);
      lost += records.length;
    });
    for (let i = 0; i < 100; i++) a.send('r_b', bytes('x'));
    const code = codeOf(a.request('r_b', bytes('x'), { deadlineMs }));
    sending = false;
    await timers.run(1);
    expect(received + lost).toBe(100);
    expect(received).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(80);
    expect(await code).toBe('overflow');
    a.send('r_b', bytes('again'));
    await timers.run(1);
    expect(received + lost).toBe(101);
  });

  test('B8 what the bus has not taken yet counts against the bound', async () => {
    const { timers, a } = await pair({ maxQueuedBytes: 500, bus: stalledBus() });
    let lost = 0;
    a.onUndelivered((_to, records) => (lost += records.length));
    for (let i = 0; i < 100; i++) {
      a.send('r_b', bytes('x'));
      await timers.run(1);
    }
    expect(lost).toBeGreaterThan(80);
  });

  test('B12 a record above maxPublishBytes is overflow, not a publish that the broker refuses', async () => {
    const { timers, published, a } = await pair({ maxPublishBytes: 1000 });
    let lost = 0;
    a.onUndelivered(() => (lost += 1));
    a.send('r_b', new Uint8Array(1000));
    const code = codeOf(a.request('r_b', new Uint8Array(1000), { deadlineMs }));
    await timers.run(1);
    expect([lost, await code, published.length]).toEqual([1, 'overflow', 0]);
  });

  test('B12 pending requests are bounded', async () => {
    const { timers, a, b } = await pair({ maxPendingRequests: 3 });
    b.onRequest(() => new Promise(() => undefined));
    const codes = Promise.all([1, 2, 3, 4].map(() => codeOf(a.request('r_b', bytes('x'), { deadlineMs }))));
    await timers.run(1001);
    expect(await codes).toEqual(['deadline', 'deadline', 'deadline', 'overflow']);
  });

  test('B12 a failing bus: one-way records are reported, requests are unreachable, nothing is thrown', async () => {
    const failing: Bus = { ...stalledBus(), publish: () => Promise.reject(new BusError('disconnected')) };
    const { timers, a } = await pair({ bus: failing });
    let lost = 0;
    a.onUndelivered((_to, records) => (lost += records.length));
    a.send('r_b', bytes('x'));
    a.broadcast(bytes('not reported'));
    const code = codeOf(a.request('r_b', bytes('x'), { deadlineMs }));
    await timers.run(1);
    expect([lost, await code]).toEqual([1, 'unreachable']);
  });

  test('B12 a reply that somebody else forged is ignored', async () => {
    const { timers, a, b, raw } = await pair();
    b.onRequest(() => new Promise(() => undefined));
    const code = codeOf(a.request('r_b', bytes('x'), { deadlineMs }));
    const forged = Uint8Array.from([3, 0, 0, 0, 1, 42]);
    await raw.publish('g_a', packBundle([bytes('r_other'), forged]));
    await timers.run(500);
    await raw.publish('g_a', packBundle([bytes('r_b'), forged]));
    await timers.run(1);
    expect(await code).toBe('replied');
  });

  test('B10 malformed bundles, unknown kinds and throwing receivers are told and harm nothing', async () => {
    const kinds: string[] = [];
    const { timers, a, raw } = await pair({ onFault: ({ kind }) => void kinds.push(kind) });
    const seen: string[] = [];
    a.onRecord((_from, record) => {
      if (textOf(record) === 'bad') throw new Error('thrown on purpose');
      seen.push(textOf(record));
    });
    await raw.publish('g_a', Uint8Array.from([9, 9, 9, 9, 9]));
    await raw.publish('g_a', new Uint8Array(0));
    const records = [bytes('r_b'), Uint8Array.from([99]), Uint8Array.from([3, 0]), new Uint8Array(0)];
    await raw.publish('g_a', packBundle([...records, bytes('\u0001bad'), bytes('\u0001good')]));
    await timers.run(1);
    expect(seen).toEqual(['good']);
    expect(kinds).toEqual(['malformed', 'threw']);
  });

  test('B12 the sender may reuse its bytes, and the answerer may keep its body while it answers', async () => {
    const { timers, a, b } = await pair();
    let release: (() => void) | undefined;
    b.onRequest((_from, body) => new Promise((resolve) => (release = () => resolve(body))));
    const body = bytes('original');
    const reply = a.request('r_b', body, { deadlineMs });
    body.fill(0);
    await timers.run(1);
    a.send('r_b', bytes('other bytes through the same inbox'));
    await timers.run(1);
    release?.();
    await timers.run(1);
    expect(textOf(await reply)).toBe('original');
  });

  test('B12 a reply that is too large is refused, not left to the deadline', async () => {
    const { timers, broker, a } = await pair();
    const c = createEndpoint({ bus: broker.connect(), timers, id: 'r_c', maxPublishBytes: 300 });
    await c.start();
    c.onRequest(async () => new Uint8Array(400));
    const code = codeOf(a.request('r_c', bytes('x'), { deadlineMs }));
    await timers.run(1);
    expect(await code).toBe('refused');
  });

  test('B11 close sends what was queued, rejects what is pending, leaves no subscription and no timer work', async () => {
    const { timers, broker, a, b } = await pair();
    const seen: string[] = [];
    b.onRecord((_from, record) => void seen.push(textOf(record)));
    const code = codeOf(a.request('r_b', bytes('x'), { deadlineMs }));
    a.send('r_b', bytes('last words'));
    await Promise.all([a.close(), a.close()]);
    a.send('r_b', bytes('too late'));
    await timers.run(2000);
    expect(await code).toBe('closed');
    expect(seen).toEqual(['last words']);
    await b.close();
    expect(broker.subjects()).toBe(0);
  });

  test('B12 an endpoint that is closed while it starts keeps no subscription', async () => {
    const { timers, broker } = await pair();
    const before = broker.subjects();
    const late: Endpoint = createEndpoint({ bus: broker.connect(), timers, id: 'g_late' });
    const starting = late.start();
    await late.close();
    await starting;
    expect(broker.subjects()).toBe(before);
    expect(before).toBe(['g_a', 'r_b', BROADCAST_SUBJECT].length);
  });
});

function stalledBus(): Bus {
  return {
    publish: () => new Promise(() => undefined),
    subscribe: async () => ({ unsubscribe: async () => undefined }),
    onStatus: () => () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  };
}
