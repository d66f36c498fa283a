import { createEndpoint } from '../create-endpoint.js';
import { RequestError } from '../endpoint.js';
import type { Endpoint, RequestErrorCode } from '../endpoint.js';
import type { BusHarness, ConformanceCase } from './bus-harness.js';
import {
  at,
  bytesOf,
  check,
  checkSame,
  eventually,
  numbers,
  quiet,
  readText,
  settled,
  withBuses,
} from './check.js';

const LONG_MS = 10_000;
const SHORT_MS = 30;

/** B12: endpoints over this driver. */
export const requestCases: readonly ConformanceCase[] = [
  {
    id: 'B12-1',
    title: 'a hundred requests at once, both ways, get each its own reply',
    run: (harness) =>
      withEndpoints(harness, 'B12-1', async (a, b) => {
        a.onRequest(async (from, body) => bytesOf(`a for ${from}: ${readText(body)}`));
        b.onRequest(async (from, body) => bytesOf(`b for ${from}: ${readText(body)}`));
        const ask = async (me: Endpoint, to: Endpoint, text: string): Promise<string> =>
          readText(await me.request(to.id, bytesOf(text), { deadlineMs: LONG_MS }));
        const asked = numbers(100).flatMap((text) => [ask(a, b, text), ask(b, a, text)]);
        const replies = await settled(harness, Promise.all(asked), 'a request');
        const wanted = numbers(100).flatMap((text) => [`b for ${a.id}: ${text}`, `a for ${b.id}: ${text}`]);
        checkSame(replies, wanted, 'replies');
      }),
  },
  {
    id: 'B12-2',
    title: 'without a reply in time a request rejects with deadline, and the late reply is ignored',
    run: (harness) =>
      withEndpoints(harness, 'B12-2', async (a, b) => {
        let release: (() => void) | undefined;
        b.onRequest((_from, body) => {
          if (readText(body) !== 'slow') return Promise.resolve(bytesOf('quick'));
          return new Promise((resolve) => (release = () => resolve(bytesOf('late'))));
        });
        const slow = codeOf(a.request(b.id, bytesOf('slow'), { deadlineMs: SHORT_MS }));
        await eventually(
          harness,
          () => release !== undefined,
          () => 'the request did not arrive',
        );
        let code: string | undefined;
        void slow.then((told) => (code = told));
        await eventually(
          harness,
          () => code !== undefined,
          () => 'the deadline passed unnoticed',
        );
        check(code === 'deadline', `the request ended with ${String(code)}`);
        release?.();
        const asked = a.request(b.id, bytesOf('next'), { deadlineMs: LONG_MS });
        const next = readText(await settled(harness, asked, 'the next request'));
        check(next === 'quick', `the next request was answered ${next}`);
      }),
  },
  {
    id: 'B12-3',
    title: 'an abort signal ends the wait, before or after sending',
    run: (harness) =>
      withEndpoints(harness, 'B12-3', async (a, b) => {
        b.onRequest(() => new Promise(() => undefined));
        const aborter = new AbortController();
        const options = { deadlineMs: LONG_MS, signal: aborter.signal };
        const waiting = codeOf(a.request(b.id, bytesOf('x'), options));
        await quiet(harness);
        aborter.abort();
        check((await waiting) === 'aborted', 'the waiting request did not end as aborted');
        check(
          (await codeOf(a.request(b.id, bytesOf('x'), options))) === 'aborted',
          'an aborted signal was ignored',
        );
      }),
  },
  {
    id: 'B12-4',
    title: 'a request to nobody is unreachable, or meets its deadline where the bus counts no receivers',
    run: (harness) =>
      withEndpoints(harness, 'B12-4', async (a) => {
        let code: string | undefined;
        const nobody = `${harness.prefix}nobody`;
        void codeOf(a.request(nobody, bytesOf('x'), { deadlineMs: SHORT_MS })).then((told) => (code = told));
        await eventually(
          harness,
          () => code !== undefined,
          () => 'the request never ended',
        );
        check(code === 'unreachable' || code === 'deadline', `the request ended with ${String(code)}`);
      }),
  },
  {
    id: 'B12-5',
    title: 'an answerer that throws is told as refused, with its message',
    run: (harness) =>
      withEndpoints(harness, 'B12-5', async (a, b) => {
        b.onRequest(async () => {
          throw new Error('not today');
        });
        const asked = a
          .request(b.id, bytesOf('x'), { deadlineMs: LONG_MS })
          .catch((thrown: unknown) => thrown);
        const error: unknown = await settled(harness, asked, 'the request');
        check(error instanceof RequestError && error.code === 'refused', `ended with ${String(error)}`);
        check(error.message === 'not today', `the message is ${error.message}`);
      }),
  },
  {
    id: 'B12-6',
    title: 'close rejects what is pending, and later requests, with closed',
    run: (harness) =>
      withEndpoints(harness, 'B12-6', async (a, b) => {
        b.onRequest(() => new Promise(() => undefined));
        const pending = codeOf(a.request(b.id, bytesOf('x'), { deadlineMs: LONG_MS }));
        await quiet(harness);
        await a.close();
        check((await pending) === 'closed', 'the pending request did not end as closed');
        const later = await codeOf(a.request(b.id, bytesOf('x'), { deadlineMs: LONG_MS }));
        check(later === 'closed', `a later request ended with ${later}`);
      }),
  },
  {
    id: 'B12-7',
    title: 'one-way records, requests and replies to one inbox arrive in the order of sending',
    run: (harness) =>
      withEndpoints(harness, 'B12-7', async (a, b) => {
        const seen: string[] = [];
        b.onRecord((_from, record) => void seen.push(readText(record)));
        b.onRequest(async (_from, body) => {
          seen.push(readText(body));
          return body;
        });
        const replies: Promise<Uint8Array>[] = [];
        for (const [index, text] of numbers(300).entries()) {
          if (index % 3 === 0) replies.push(a.request(b.id, bytesOf(text), { deadlineMs: LONG_MS }));
          else a.send(b.id, bytesOf(text));
        }
        await settled(harness, Promise.all(replies), 'a request');
        await eventually(
          harness,
          () => seen.length >= 300,
          () => `${seen.length} of 300 arrived`,
        );
        checkSame(seen, numbers(300), 'received');
      }),
  },
  {
    id: 'B12-8',
    title: 'a broadcast reaches every endpoint, the sender included; a one-way record to oneself arrives',
    run: (harness) =>
      withEndpoints(harness, 'B12-8', async (a, b) => {
        const seen: string[] = [];
        // Another run's broadcasts on this broker may arrive too.
        const told = harness.prefix + 'told';
        const keep = (name: string) => (from: string, record: Uint8Array) => {
          if (readText(record) === told) seen.push(`${name} from ${from}`);
        };
        a.onRecord(keep('a'));
        b.onRecord(keep('b'));
        a.broadcast(bytesOf(told));
        b.send(b.id, bytesOf(told));
        await eventually(
          harness,
          () => seen.length >= 3,
          () => `saw ${seen.join(', ')}`,
        );
        checkSame([...seen].sort(), [`a from ${a.id}`, `b from ${a.id}`, `b from ${b.id}`], 'received');
      }),
  },
];

async function withEndpoints(
  harness: BusHarness,
  name: string,
  run: (a: Endpoint, b: Endpoint) => Promise<void>,
): Promise<void> {
  await withBuses(harness, 2, async (...buses) => {
    const { timers, prefix } = harness;
    const a = createEndpoint({ bus: at(buses, 0), timers, id: `${prefix}${name}.a` });
    const b = createEndpoint({ bus: at(buses, 1), timers, id: `${prefix}${name}.b` });
    try {
      await a.start();
      await b.start();
      await run(a, b);
    } finally {
      await a.close();
      await b.close();
    }
  });
}

function codeOf(request: Promise<Uint8Array>): Promise<RequestErrorCode | 'replied' | 'other'> {
  return request.then(
    () => 'replied' as const,
    (error: unknown) => (error instanceof RequestError ? error.code : ('other' as const)),
  );
}
