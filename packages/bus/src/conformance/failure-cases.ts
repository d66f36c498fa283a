import { BusError } from '../bus-error.js';
import type { ConformanceCase } from './bus-harness.js';
import {
  at,
  bytesOf,
  check,
  checkRejects,
  checkSame,
  eventually,
  gather,
  numbers,
  quiet,
  readText,
  settled,
  withBuses,
} from './check.js';

/** B8 to B11: bounds, reconnects, throwing handlers, close. */
export const failureCases: readonly ConformanceCase[] = [
  {
    id: 'B8-1',
    title: 'a full queue drops, and what is dropped is counted: received + dropped + refused = published',
    needs: 'connectBounded',
    run: async (harness) => {
      const bus = await harness.connectBounded?.(10);
      check(bus !== undefined, 'the harness has no bounded client');
      let dropped = 0;
      let refused = 0;
      bus.onStatus((status) => void (dropped += status.kind === 'dropped' ? status.count : 0));
      const seen = await gather(bus, `${harness.prefix}B8-1`);
      for (const text of numbers(500)) {
        bus.publish(`${harness.prefix}B8-1`, bytesOf(text)).catch(() => (refused += 1));
      }
      const sum = (): number => seen.length + dropped + refused;
      await eventually(
        harness,
        () => sum() >= 500,
        () => `${sum()} of 500 accounted for`,
      );
      await bus.close();
      check(sum() === 500, `${sum()} accounted for, 500 published`);
      check(dropped + refused > 0, 'a queue of 10 took 500 messages');
      const order = [...seen].sort((a, b) => Number(a) - Number(b));
      checkSame(seen, order, 'what was received');
    },
  },
  {
    id: 'B8-2',
    title: 'after an overflow messages arrive again',
    needs: 'connectBounded',
    run: async (harness) => {
      const bus = await harness.connectBounded?.(10);
      check(bus !== undefined, 'the harness has no bounded client');
      const seen = await gather(bus, `${harness.prefix}B8-2`);
      for (const text of numbers(100))
        bus.publish(`${harness.prefix}B8-2`, bytesOf(text)).catch(() => undefined);
      await quiet(harness);
      await bus.publish(`${harness.prefix}B8-2`, bytesOf('after'));
      await eventually(
        harness,
        () => seen.includes('after'),
        () => 'nothing arrives any more',
      );
      await bus.close();
    },
  },
  {
    id: 'B9-1',
    title: 'after a cut link subscriptions work again, and reset is told once they do',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        let resets = 0;
        at(buses, 0).onStatus((status) => void (resets += status.kind === 'reset' ? 1 : 0));
        const seen = await gather(at(buses, 0), `${harness.prefix}B9-1`);
        await harness.interrupt?.();
        await eventually(
          harness,
          () => resets > 0,
          () => 'no reset was told',
        );
        const publish = (): Promise<unknown> =>
          at(buses, 1)
            .publish(`${harness.prefix}B9-1`, bytesOf('x'))
            .catch(() => undefined);
        await eventually(
          harness,
          () => (void publish(), seen.length > 0),
          () => 'nothing arrives any more',
        );
      }),
  },
  {
    id: 'B9-2',
    title: 'over a cut link messages may be missing, but never out of order or twice',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen: number[] = [];
        const subject = `${harness.prefix}B9-2`;
        await at(buses, 0).subscribe(subject, (payload) => void seen.push(Number(readText(payload))));
        for (const text of numbers(300)) {
          at(buses, 1)
            .publish(subject, bytesOf(text))
            .catch(() => undefined);
          if (text === '100') await harness.interrupt?.();
          if (Number(text) % 50 === 0) await harness.settle();
        }
        await quiet(harness);
        check(
          seen.every((value, index) => index === 0 || value > (seen[index - 1] ?? -1)),
          `saw ${seen.join(' ')}`,
        );
      }),
  },
  {
    id: 'B9-3',
    title: 'disconnected is told before connected or reset',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        const kinds: string[] = [];
        at(buses, 0).onStatus(({ kind }) => void kinds.push(kind));
        await gather(at(buses, 0), `${harness.prefix}B9-3`);
        await harness.interrupt?.();
        await eventually(
          harness,
          () => kinds.includes('reset'),
          () => `told ${kinds.join(' ')}`,
        );
        check(kinds[0] === 'disconnected', `told ${kinds.join(' ')}`);
      }),
  },
  {
    id: 'B9-4',
    title: 'once reset is told all of a hundred subscriptions are restored, and each is there once',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subjects = numbers(100, `${harness.prefix}B9-4.`);
        const all: string[][] = [];
        for (const subject of subjects) all.push(await gather(at(buses, 0), subject));
        const told = new Set<number>();
        for (const index of [0, 1]) {
          at(buses, index).onStatus(({ kind }) => void (kind === 'reset' && told.add(index)));
          await gather(at(buses, index), `${harness.prefix}B9-4`);
        }
        for (let cut = 0; cut < 3; cut++) {
          told.clear();
          await harness.interrupt?.();
          await eventually(
            harness,
            () => told.size === 2,
            () => `${told.size} of 2 were told of a reset`,
          );
        }
        for (const subject of subjects) await at(buses, 1).publish(subject, bytesOf(subject));
        const missing = (): number => all.filter((seen) => seen.length === 0).length;
        await eventually(
          harness,
          () => missing() === 0,
          () => `${missing()} of 100 subscriptions are not restored`,
        );
        await quiet(harness);
        for (const [index, seen] of all.entries()) checkSame(seen, [subjects[index]], 'received');
      }),
  },
  {
    id: 'B9-5',
    title: 'what is subscribed while the link is cut is subscribed, and what is ended meanwhile stays ended',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B9-5`;
        const before: string[] = [];
        const ended = await at(buses, 0).subscribe(subject, (payload) => void before.push(readText(payload)));
        await harness.interrupt?.();
        const ending = ended.unsubscribe();
        const seen = await settled(harness, gather(at(buses, 0), `${subject}.new`), 'subscribe');
        await settled(harness, ending, 'unsubscribe');
        const publish = (): void => {
          for (const name of [subject, `${subject}.new`])
            at(buses, 1)
              .publish(name, bytesOf('x'))
              .catch(() => undefined);
        };
        await eventually(
          harness,
          () => (publish(), seen.length > 0),
          () => 'nothing arrives at the new subscription',
        );
        await quiet(harness);
        checkSame(before, [], 'the ended subscription');
      }),
  },
  {
    id: 'B9-6',
    title: 'close while the link is cut ends what waits for it',
    needs: 'interrupt',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        const bus = at(buses, 0);
        await harness.interrupt?.();
        const waiting = bus
          .subscribe(`${harness.prefix}B9-6`, () => undefined)
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        await settled(harness, bus.close(), 'close');
        const error: unknown = await settled(harness, waiting, 'subscribe');
        check(error === undefined || error instanceof BusError, `subscribe ended with ${String(error)}`);
      }),
  },
  {
    id: 'B10-1',
    title: 'a throwing receiver harms neither the others nor its own later messages',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B10-1`;
        let calls = 0;
        await at(buses, 0).subscribe(subject, () => {
          calls += 1;
          throw new Error('thrown by a receiver on purpose');
        });
        const same = await gather(at(buses, 0), subject);
        const other = await gather(at(buses, 1), subject);
        for (const text of numbers(3)) await at(buses, 1).publish(subject, bytesOf(text));
        await eventually(
          harness,
          () => same.length + other.length >= 6,
          () => 'the others lost messages',
        );
        checkSame(same, numbers(3), 'the same client');
        checkSame(other, numbers(3), 'another client');
        check(calls === 3, `the throwing receiver was called ${calls} times for 3 messages`);
      }),
  },
  {
    id: 'B10-2',
    title: 'a throwing status listener harms no other, and an ended one is told nothing',
    needs: 'connectBounded',
    run: async (harness) => {
      const bus = await harness.connectBounded?.(1);
      check(bus !== undefined, 'the harness has no bounded client');
      let told = 0;
      let ended = 0;
      bus.onStatus(() => void (ended += 1))();
      bus.onStatus(() => {
        throw new Error('thrown by a listener on purpose');
      });
      bus.onStatus(() => void (told += 1));
      await gather(bus, `${harness.prefix}B10-2`);
      for (const text of numbers(50))
        bus.publish(`${harness.prefix}B10-2`, bytesOf(text)).catch(() => undefined);
      // A driver that refuses what does not fit has nothing to tell of that; of a cut link it has.
      await harness.interrupt?.();
      await eventually(
        harness,
        () => told > 0,
        () => 'the second listener was told nothing',
      );
      await bus.close();
      check(ended === 0, 'an ended listener was told');
    },
  },
  {
    id: 'B11-1',
    title: 'close is idempotent, at once and later',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        await gather(at(buses, 0), `${harness.prefix}B11-1`);
        await Promise.all([at(buses, 0).close(), at(buses, 0).close()]);
        await at(buses, 0).close();
      }),
  },
  {
    id: 'B11-2',
    title: 'after close, publish, subscribe and flush reject with BusError closed',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        const bus = at(buses, 0);
        await bus.close();
        await checkRejects(bus.publish(`${harness.prefix}B11-2`, bytesOf('x')), 'closed', 'publish');
        await checkRejects(
          bus.subscribe(`${harness.prefix}B11-2`, () => undefined),
          'closed',
          'subscribe',
        );
        await checkRejects(bus.flush(), 'closed', 'flush');
      }),
  },
  {
    id: 'B11-3',
    title: 'nothing arrives after close resolved, and others do not notice',
    run: (harness) =>
      withBuses(harness, 3, async (...buses) => {
        const subject = `${harness.prefix}B11-3`;
        let closed = false;
        let late = 0;
        await at(buses, 0).subscribe(subject, () => void (late += closed ? 1 : 0));
        const other = await gather(at(buses, 1), subject);
        for (const text of numbers(50)) void at(buses, 2).publish(subject, bytesOf(text));
        await at(buses, 0).close();
        closed = true;
        await at(buses, 2).publish(subject, bytesOf('50'));
        await eventually(
          harness,
          () => other.length >= 51,
          () => `${other.length} of 51 reached another client`,
        );
        check(late === 0, `${late} messages arrived after close`);
        checkSame(other, numbers(51), 'another client');
      }),
  },
  {
    id: 'B11-4',
    title: 'a closed client counts no more among the receivers, and its subscriptions end quietly',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B11-4`;
        const subscription = await at(buses, 0).subscribe(subject, () => undefined);
        await at(buses, 0).close();
        let receivers: number | undefined = 1;
        const ask = (): void =>
          void at(buses, 1)
            .publish(subject, bytesOf('x'))
            .then((told) => (receivers = told));
        const none = (): boolean => receivers === 0 || receivers === undefined;
        await eventually(
          harness,
          () => (ask(), none()),
          () => `${String(receivers)} receivers`,
        );
        await subscription.unsubscribe();
      }),
  },
  {
    id: 'B11-5',
    title: 'flush resolves with and without something published before',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        await at(buses, 0).flush();
        for (const text of numbers(20)) void at(buses, 0).publish(`${harness.prefix}B11-5`, bytesOf(text));
        await at(buses, 0).flush();
      }),
  },
];
