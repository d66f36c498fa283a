import fc from 'fast-check';
import { recordingTelemetry } from '@parley/kit';
import { FLIGHT_OUTCOMES, FLIGHT_SIGNALS, FLIGHT_WHATS } from '@parley/protocol/internal';
import type { FlightRecording, RecordingsReply } from '@parley/protocol/internal';
import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { createFlightRecorder } from '../../src/flight/create-flight-recorder.js';
import type { FlightRecorderOptions } from '../../src/flight/create-flight-recorder.js';

const ROOM = { app: 'default', room: 'standup' };

function rig(options: Partial<FlightRecorderOptions> = {}) {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const recorder = createFlightRecorder({ clock, telemetry, events: 64, ...options });
  const seat = (id: string, room = ROOM): void =>
    recorder.seated(room, { id, keyHash: `hash of ${id}`, name: id, kind: 'standard' }, false);
  const ask = (keyHash?: string): RecordingsReply =>
    recorder.recordings({ type: 'recordings', ...ROOM, ...(keyHash !== undefined && { keyHash }) });
  return { clock, telemetry, recorder, seat, ask };
}

/** What a recording holds, in words. */
function told({ peers, rows }: FlightRecording, gateways: readonly string[] = []): string[] {
  return rows.map(([, , what, signal, outcome, peer, gateway, gen, seq, ack, bytes]) =>
    [
      ...[FLIGHT_WHATS[what], FLIGHT_SIGNALS[signal], FLIGHT_OUTCOMES[outcome]],
      ...[peers[peer - 1] ?? '-', gateways[gateway - 1] ?? '-', `${gen}.${seq}.${ack}`, bytes],
    ].join(' '),
  );
}

test('what happens to a participant is kept with kind, link, outcome and size, and with nothing else', async () => {
  const { clock, recorder, seat, ask } = rig();
  seat('p_a');
  recorder.ice('p_a', 'relay');
  await clock.advance(5);
  const link = [1, 2, 3] as const;
  recorder.sent({ from: 'p_a', to: 'p_b', kind: 'offer', link, bytes: 900 }, 'forwarded', 'g_2');
  recorder.nacked({ from: 'p_a', to: 'p_b', link, bytes: 0 }, 'unreachable');
  recorder.received({ from: 'p_b', to: 'p_a', kind: 'candidate', bytes: 40 }, 'delivered');
  recorder.sent({ from: 'p_a', to: 'p_b', link: [1, 0, 4], bytes: 0 }, 'acknowledgement');
  recorder.media('p_a', 'p_b', { connectMs: 812.5 });
  recorder.media('p_a', 'p_b', 'failed');
  recorder.lost('p_a');
  recorder.sent({ from: 'p_stranger', to: 'p_a', bytes: 1 }, 'delivered');
  const { recordings, gateways, wall } = ask();
  expect(wall).toBe(clock.wall());
  const [only] = recordings;
  if (only === undefined || recordings.length !== 1) throw new Error('not one recording');
  expect(told(only, gateways)).toEqual([
    'joined other none - - 0.0.0 0',
    'ice other relay - - 0.0.0 0',
    'sent offer forwarded p_b g_2 1.2.3 900',
    'nacked other unreachable p_b - 1.2.3 0',
    'received candidates delivered p_b - 0.0.0 40',
    'sent ack acknowledgement p_b - 1.0.4 0',
    'connected other none p_b - 0.0.0 812',
    'failed other none p_b - 0.0.0 0',
    'lost other none - - 0.0.0 0',
  ]);
  expect(only.rows[2]?.[0]).toBe(clock.wall());
  expect(only.rows[0]?.[0]).toBe(clock.wall() - 5);
});

test('X7 of each participant the newest events are kept, in order, whatever peers it names', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 300 }),
      (count, events, peers) => {
        const { recorder, seat, ask } = rig({ events });
        seat('p_a');
        const names = Array.from({ length: count }, (_, at) => `p_${at % peers}`);
        names.forEach((to, at) =>
          recorder.sent({ from: 'p_a', to, kind: 'offer', link: [1, at, 0], bytes: at }, 'delivered'),
        );
        const [only] = ask().recordings;
        const rows = only?.rows ?? [];
        expect(rows.length).toBe(Math.min(count + 1, events));
        expect(only?.lost).toBe(Math.max(0, count + 1 - events));
        const seen = rows.filter(([, , what]) => what !== 0).map((row) => [only?.peers[row[5] - 1], row[10]]);
        expect(seen).toEqual(names.map((name, at) => [name, at]).slice(Math.max(0, count - events)));
      },
    ),
    { numRuns: 100 },
  );
});

test('X7 C1 all together never take more memory than they are told, and who left first is given up first', async () => {
  const { clock, telemetry, recorder, seat, ask } = rig({ bytes: 200_000 });
  recorder.start();
  for (let at = 0; at < 500; at += 1) {
    seat(`p_${at}`);
    for (let seq = 0; seq < 100; seq += 1)
      recorder.sent({ from: `p_${at}`, to: 'p_x', bytes: seq }, 'delivered');
    if (at === 480) recorder.lost('p_480');
  }
  expect(ask().recordings.map(({ participant }) => participant)).not.toContain('p_480');
  expect(ask().recordings.at(-1)?.participant).toBe('p_499');
  await clock.advance(30_000);
  const bytes = telemetry.gauged('parley_flight_recorder_bytes');
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(200_000);
  expect(telemetry.gauged('parley_flight_recorder_events')).toBeGreaterThan(1_000);
  recorder.stop();
});

test('who has gone is kept for ten minutes, and who has come back for longer', async () => {
  const { clock, recorder, seat, ask } = rig();
  recorder.start();
  seat('p_a');
  seat('p_b');
  recorder.lost('p_a');
  recorder.ended('p_b', 'left');
  await clock.advance(300_000);
  seat('p_a');
  await clock.advance(330_000);
  expect(ask().recordings.map(({ participant }) => participant)).toEqual(['p_a']);
  recorder.lost('p_a');
  await clock.advance(640_000);
  expect(ask().recordings).toEqual([]);
  recorder.stop();
});

test('X5 asked for one participant, a recorder tells what that one had part in, and of no other room', () => {
  const { recorder, seat, ask } = rig();
  for (const id of ['p_a', 'p_b', 'p_c']) seat(id);
  seat('p_other', { app: 'another', room: 'standup' });
  recorder.received({ from: 'p_a', to: 'p_b', kind: 'offer', bytes: 1 }, 'delivered');
  recorder.received({ from: 'p_c', to: 'p_b', kind: 'answer', bytes: 1 }, 'delivered');
  const { recordings } = ask('hash of p_a');
  expect(recordings.map(({ participant }) => participant)).toEqual(['p_a', 'p_b', 'p_c']);
  const ofBo = recordings[1];
  expect(ofBo && told(ofBo)).toEqual([
    'joined other none - - 0.0.0 0',
    'received offer delivered p_a - 0.0.0 1',
  ]);
  expect(ask().recordings[1]?.rows).toHaveLength(3);
});

test('a reply stays small enough for one record of the bus, however much there is', () => {
  const { recorder, seat, ask } = rig({ events: 4_096 });
  for (let at = 0; at < 60; at += 1) {
    seat(`p_${at}`);
    for (let seq = 0; seq < 4_000; seq += 1) {
      recorder.sent({ from: `p_${at}`, to: 'p_x', link: [1, 1e6 + seq, 1e6], bytes: 60_000 }, 'delivered');
    }
  }
  const reply = ask();
  expect(reply.recordings.every(({ rows }) => rows.length === 100)).toBe(true);
  expect(JSON.stringify(reply).length).toBeLessThan(480_000);
});

test('FLIGHT_RECORDER_EVENTS=0 records nothing', () => {
  const { recorder, seat, ask } = rig({ events: 0 });
  seat('p_a');
  recorder.sent({ from: 'p_a', to: 'p_b', bytes: 1 }, 'delivered');
  expect(ask().recordings).toEqual([]);
});
