import type { ConformanceCase } from './bus-harness.js';
import {
  at,
  bytesOf,
  check,
  checkSame,
  eventually,
  gather,
  numbers,
  quiet,
  readText,
  withBuses,
} from './check.js';

/** B1 to B4: what arrives, in which order, and where. */
export const deliveryCases: readonly ConformanceCase[] = [
  {
    id: 'B1-1',
    title: 'what another client publishes after subscribe resolved arrives',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B1-1`);
        await at(buses, 1).publish(`${harness.prefix}B1-1`, bytesOf('hello'));
        await eventually(
          harness,
          () => seen.length > 0,
          () => 'nothing arrived',
        );
        checkSame(seen, ['hello'], 'received');
      }),
  },
  {
    id: 'B1-2',
    title: 'a hundred subscriptions, each published to at once: none misses its message',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const all: string[][] = [];
        for (const subject of numbers(100, `${harness.prefix}B1-2.`)) {
          all.push(await gather(at(buses, 0), subject));
          void at(buses, 1).publish(subject, bytesOf(subject));
        }
        const missed = (): number => all.filter((seen) => seen.length !== 1).length;
        await eventually(
          harness,
          () => missed() === 0,
          () => `${missed()} missed their message`,
        );
      }),
  },
  {
    id: 'B1-3',
    title: 'every subscription of every client receives, each once',
    run: (harness) =>
      withBuses(harness, 3, async (...buses) => {
        const subject = `${harness.prefix}B1-3`;
        const all: string[][] = [];
        for (const bus of [...buses, ...buses]) all.push(await gather(bus, subject));
        await at(buses, 0).publish(subject, bytesOf('x'));
        await eventually(
          harness,
          () => all.every((seen) => seen.length > 0),
          () => 'not everyone received',
        );
        await quiet(harness);
        for (const seen of all) checkSame(seen, ['x'], 'received');
      }),
  },
  {
    id: 'B1-4',
    title: 'what is published on another subject does not arrive',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B1-4`);
        await at(buses, 1).publish(`${harness.prefix}B1-4x`, bytesOf('no'));
        await at(buses, 1).publish(`${harness.prefix}B1-`, bytesOf('no'));
        await at(buses, 1).publish(`${harness.prefix}B1-4`, bytesOf('yes'));
        await eventually(
          harness,
          () => seen.length > 0,
          () => 'nothing arrived',
        );
        await quiet(harness);
        checkSame(seen, ['yes'], 'received');
      }),
  },
  {
    id: 'B1-5',
    title: 'what was flushed before the subscription does not arrive',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B1-5`;
        void at(buses, 1).publish(subject, bytesOf('before'));
        await at(buses, 1).flush();
        const seen = await gather(at(buses, 0), subject);
        await at(buses, 1).publish(subject, bytesOf('after'));
        await eventually(
          harness,
          () => seen.includes('after'),
          () => 'nothing arrived',
        );
        checkSame(seen, ['after'], 'received');
      }),
  },
  {
    id: 'B1-6',
    title: 'publish tells of receivers, or that it does not know',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const nobody = await at(buses, 1).publish(`${harness.prefix}B1-6`, bytesOf('x'));
        check(nobody === undefined || nobody === 0, `${nobody} receivers where nobody listens`);
        await gather(at(buses, 0), `${harness.prefix}B1-6`);
        const some = await at(buses, 1).publish(`${harness.prefix}B1-6`, bytesOf('x'));
        check(some === undefined || some >= 1, `${some} receivers where one listens`);
      }),
  },
  {
    id: 'B2-1',
    title: 'a thousand messages of one publisher arrive in order, none twice',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B2-1`);
        for (const text of numbers(1000)) void at(buses, 1).publish(`${harness.prefix}B2-1`, bytesOf(text));
        await eventually(
          harness,
          () => seen.length >= 1000,
          () => `${seen.length} of 1000 arrived`,
        );
        checkSame(seen, numbers(1000), 'received');
      }),
  },
  {
    id: 'B2-2',
    title: 'three publishers at once: the messages of each stay in order',
    run: (harness) =>
      withBuses(harness, 4, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B2-2`);
        for (const text of numbers(200)) {
          for (const name of [1, 2, 3]) {
            void at(buses, name).publish(`${harness.prefix}B2-2`, bytesOf(`${name}:${text}`));
          }
        }
        await eventually(
          harness,
          () => seen.length >= 600,
          () => `${seen.length} of 600 arrived`,
        );
        for (const name of [1, 2, 3]) {
          const own = seen.filter((text) => text.startsWith(`${name}:`));
          checkSame(own, numbers(200, `${name}:`), `of publisher ${name}`);
        }
      }),
  },
  {
    id: 'B2-3',
    title: 'order does not depend on size: 0 bytes to 64 KiB',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const sizes = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 65_536 : index % 7));
        const seen: number[] = [];
        await at(buses, 0).subscribe(`${harness.prefix}B2-3`, (payload) => void seen.push(payload.length));
        for (const size of sizes) void at(buses, 1).publish(`${harness.prefix}B2-3`, new Uint8Array(size));
        await eventually(
          harness,
          () => seen.length >= 60,
          () => `${seen.length} of 60 arrived`,
        );
        checkSame(seen, sizes, 'sizes received');
      }),
  },
  {
    id: 'B2-4',
    title: 'order holds whether or not publishes are awaited',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B2-4`);
        for (const [index, text] of numbers(100).entries()) {
          const publishing = at(buses, 1).publish(`${harness.prefix}B2-4`, bytesOf(text));
          if (index % 5 === 0) await publishing;
        }
        await eventually(
          harness,
          () => seen.length >= 100,
          () => `${seen.length} of 100 arrived`,
        );
        checkSame(seen, numbers(100), 'received');
      }),
  },
  {
    id: 'B3-1',
    title: 'a publisher that subscribes receives its own messages, in order, each once',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B3-1`);
        for (const text of numbers(50)) void at(buses, 0).publish(`${harness.prefix}B3-1`, bytesOf(text));
        await eventually(
          harness,
          () => seen.length >= 50,
          () => `${seen.length} of 50 arrived`,
        );
        await quiet(harness);
        checkSame(seen, numbers(50), 'received');
      }),
  },
  {
    id: 'B4-1',
    title: 'nothing published after unsubscribe resolved arrives',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen: string[] = [];
        const subject = `${harness.prefix}B4-1`;
        const subscription = await at(buses, 0).subscribe(
          subject,
          (payload) => void seen.push(readText(payload)),
        );
        await at(buses, 1).publish(subject, bytesOf('before'));
        await eventually(
          harness,
          () => seen.length === 1,
          () => 'nothing arrived before',
        );
        await subscription.unsubscribe();
        await at(buses, 1).publish(subject, bytesOf('after'));
        await quiet(harness);
        checkSame(seen, ['before'], 'received');
      }),
  },
  {
    id: 'B4-2',
    title: 'what was under way when unsubscribe resolved does not arrive',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        let ended = false;
        let late = 0;
        const subject = `${harness.prefix}B4-2`;
        const subscription = await at(buses, 0).subscribe(subject, () => void (late += ended ? 1 : 0));
        for (const text of numbers(200)) void at(buses, 1).publish(subject, bytesOf(text));
        await subscription.unsubscribe();
        ended = true;
        await quiet(harness);
        check(late === 0, `${late} messages arrived after unsubscribe resolved`);
      }),
  },
  {
    id: 'B4-3',
    title: 'other subscriptions of the subject go on, of this client and of others',
    run: (harness) =>
      withBuses(harness, 3, async (...buses) => {
        const subject = `${harness.prefix}B4-3`;
        const gone: string[] = [];
        const ended = await at(buses, 0).subscribe(subject, (payload) => void gone.push(readText(payload)));
        const same = await gather(at(buses, 0), subject);
        const other = await gather(at(buses, 1), subject);
        await ended.unsubscribe();
        await at(buses, 2).publish(subject, bytesOf('x'));
        await eventually(
          harness,
          () => same.length + other.length >= 2,
          () => 'the others lost theirs',
        );
        checkSame(same, ['x'], 'the same client');
        checkSame(other, ['x'], 'another client');
        checkSame(gone, [], 'the ended subscription');
      }),
  },
  {
    id: 'B4-4',
    title: 'unsubscribe is idempotent, and the subject can be subscribed again',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B4-4`;
        const first = await at(buses, 0).subscribe(subject, () => undefined);
        await Promise.all([first.unsubscribe(), first.unsubscribe()]);
        const seen = await gather(at(buses, 0), subject);
        await first.unsubscribe();
        await at(buses, 1).publish(subject, bytesOf('again'));
        await eventually(
          harness,
          () => seen.length > 0,
          () => 'nothing arrived',
        );
        checkSame(seen, ['again'], 'received');
      }),
  },
];
