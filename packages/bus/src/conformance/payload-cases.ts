import type { ConformanceCase } from './bus-harness.js';
import { at, bytesOf, check, checkSame, eventually, gather, quiet, withBuses } from './check.js';

const STRANGE_SUBJECTS = [
  '',
  ' ',
  '.',
  'a.b.c',
  '*',
  '>',
  'a.*',
  'a.>',
  '?',
  '[ab]',
  '\\',
  '%2A',
  'line\nbreak\r\n',
  '\u0000',
  '\t',
  '"quoted"',
  '한글',
  'ä',
  '🙂',
  'x'.repeat(500),
];

/** B5 to B7: payloads are values, delivery is never re-entrant, and any string is a subject. */
export const payloadCases: readonly ConformanceCase[] = [
  {
    id: 'B5-1',
    title: 'the publisher may change its bytes as soon as publish returned',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B5-1`);
        const payload = bytesOf('original');
        const publishing = at(buses, 1).publish(`${harness.prefix}B5-1`, payload);
        payload.fill(0x21);
        await publishing;
        await eventually(
          harness,
          () => seen.length > 0,
          () => 'nothing arrived',
        );
        checkSame(seen, ['original'], 'received');
      }),
  },
  {
    id: 'B5-2',
    title: 'what one receiver does to the bytes no other receiver sees',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const subject = `${harness.prefix}B5-2`;
        const spoil = (payload: Uint8Array): void => void payload.fill(0x21);
        await at(buses, 0).subscribe(subject, spoil);
        const same = await gather(at(buses, 0), subject);
        const other = await gather(at(buses, 1), subject);
        await at(buses, 1).subscribe(subject, spoil);
        await at(buses, 1).publish(subject, bytesOf('original'));
        await eventually(
          harness,
          () => same.length + other.length >= 2,
          () => 'not everyone received',
        );
        checkSame([...same, ...other], ['original', 'original'], 'received');
      }),
  },
  {
    id: 'B5-3',
    title: 'what a receiver does to the bytes the publisher does not see',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        let arrived = false;
        await at(buses, 0).subscribe(`${harness.prefix}B5-3`, (payload) => {
          payload.fill(0x21);
          arrived = true;
        });
        const payload = bytesOf('mine');
        await at(buses, 0).publish(`${harness.prefix}B5-3`, payload);
        await eventually(
          harness,
          () => arrived,
          () => 'nothing arrived',
        );
        checkSame([...payload], [...bytesOf('mine')], 'the published bytes');
      }),
  },
  {
    id: 'B5-4',
    title: 'all byte values arrive, of a view its own part only, and a Buffer is copied like any other',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen: number[][] = [];
        await at(buses, 0).subscribe(`${harness.prefix}B5-4`, (payload) => void seen.push([...payload]));
        const whole = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
        const view = whole.subarray(7, 7 + 256);
        const wanted = [...view];
        const publishing = at(buses, 1).publish(`${harness.prefix}B5-4`, view);
        const buffer = Buffer.from(wanted);
        const second = at(buses, 1).publish(`${harness.prefix}B5-4`, buffer);
        whole.fill(0);
        buffer.fill(0);
        await Promise.all([publishing, second]);
        await eventually(
          harness,
          () => seen.length >= 2,
          () => 'not both arrived',
        );
        for (const bytes of seen) checkSame(bytes, wanted, 'received bytes');
      }),
  },
  {
    id: 'B5-5',
    title: 'an empty payload arrives as such',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const seen = await gather(at(buses, 0), `${harness.prefix}B5-5`);
        await at(buses, 1).publish(`${harness.prefix}B5-5`, new Uint8Array(0));
        await eventually(
          harness,
          () => seen.length > 0,
          () => 'nothing arrived',
        );
        checkSame(seen, [''], 'received');
      }),
  },
  {
    id: 'B5-6',
    title: 'half a mebibyte arrives whole',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const payload = Uint8Array.from({ length: 512 * 1024 }, (_, index) => (index * 31) % 251);
        let same: boolean | undefined;
        await at(buses, 0).subscribe(`${harness.prefix}B5-6`, (seen) => {
          same = seen.length === payload.length && seen.every((byte, index) => byte === payload[index]);
        });
        await at(buses, 1).publish(`${harness.prefix}B5-6`, payload);
        await eventually(
          harness,
          () => same !== undefined,
          () => 'nothing arrived',
        );
        check(same === true, 'other bytes arrived');
      }),
  },
  {
    id: 'B6-1',
    title: 'nothing is delivered inside publish, nor before the code after it ran',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        let inside = true;
        let early = 0;
        let seen = 0;
        await at(buses, 0).subscribe(`${harness.prefix}B6-1`, () => {
          seen += 1;
          early += inside ? 1 : 0;
        });
        const publishing = at(buses, 0).publish(`${harness.prefix}B6-1`, bytesOf('x'));
        inside = false;
        await publishing;
        await eventually(
          harness,
          () => seen > 0,
          () => 'nothing arrived',
        );
        check(early === 0, 'delivered inside publish');
      }),
  },
  {
    id: 'B6-2',
    title: 'a receiver that publishes is not called again before it returned',
    run: (harness) =>
      withBuses(harness, 1, async (...buses) => {
        let depth = 0;
        let deepest = 0;
        let calls = 0;
        await at(buses, 0).subscribe(`${harness.prefix}B6-2`, () => {
          depth += 1;
          calls += 1;
          deepest = Math.max(deepest, depth);
          if (calls < 5) void at(buses, 0).publish(`${harness.prefix}B6-2`, bytesOf('again'));
          depth -= 1;
        });
        await at(buses, 0).publish(`${harness.prefix}B6-2`, bytesOf('first'));
        await eventually(
          harness,
          () => calls === 5,
          () => `${calls} of 5 calls`,
        );
        check(deepest === 1, `called ${deepest} deep`);
      }),
  },
  {
    id: 'B7-1',
    title:
      'any string is a subject: dots, blanks, wildcards, control characters, Hangul, emoji, 500 characters',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const all = new Map<string, string[]>();
        for (const subject of STRANGE_SUBJECTS) {
          all.set(subject, await gather(at(buses, 0), `${harness.prefix}${subject}`));
        }
        for (const subject of STRANGE_SUBJECTS) {
          await at(buses, 1).publish(`${harness.prefix}${subject}`, bytesOf(subject));
        }
        const missing = (): string[] => STRANGE_SUBJECTS.filter((subject) => all.get(subject)?.length === 0);
        await eventually(
          harness,
          () => missing().length === 0,
          () => `nothing on ${JSON.stringify(missing())}`,
        );
        await quiet(harness);
        for (const [subject, seen] of all) checkSame(seen, [subject], `on ${JSON.stringify(subject)}`);
      }),
  },
  {
    id: 'B7-2',
    title: 'what looks like a wildcard matches itself alone',
    run: (harness) =>
      withBuses(harness, 2, async (...buses) => {
        const wild = ['*', '>', 'a.*', 'a.>', 'a?', '[a]b', 'a*'];
        const all: string[][] = [];
        for (const subject of wild) all.push(await gather(at(buses, 0), `${harness.prefix}B7-2.${subject}`));
        const plain = await gather(at(buses, 0), `${harness.prefix}B7-2.ab`);
        for (const subject of ['a.b', 'a', 'ab', 'a.b.c']) {
          await at(buses, 1).publish(`${harness.prefix}B7-2.${subject}`, bytesOf(subject));
        }
        await eventually(
          harness,
          () => plain.length > 0,
          () => 'nothing arrived',
        );
        await quiet(harness);
        checkSame(all.flat(), [], 'on subjects with wildcards');
      }),
  },
];
