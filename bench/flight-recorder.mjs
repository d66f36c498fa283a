/** What recording one signal costs a gateway: `npm run flight-recorder`. Wants a build. */
import { createSystemClock, nullTelemetry } from '../packages/kit/dist/index.js';
import { createFlightRecorder } from '../services/gateway/dist/flight/create-flight-recorder.js';

const [ROUNDS, RECORDS, PAIRS] = [15, 200_000, 1_000];
const KINDS = ['offer', 'answer', 'candidates', 'candidates', undefined];

/** Ids come out of JSON, as they do on the wire, so that none is the very string that the recorder has already. */
const headers = Array.from({ length: PAIRS * KINDS.length }, (_, at) => {
  const pair = Math.floor(at / KINDS.length);
  const kind = KINDS[at % KINDS.length];
  const header = { from: idOf(pair), to: idOf(pair + PAIRS), kind, link: [1, at, at], bytes: 900 };
  return JSON.parse(JSON.stringify(header));
});

function idOf(number) {
  return `p_${String(number).padStart(22, 'x')}`;
}

function measure(events) {
  const recorder = createFlightRecorder({ clock: createSystemClock(), telemetry: nullTelemetry, events });
  for (let at = 0; at < 2 * PAIRS; at += 1) {
    const member = { id: idOf(at), keyHash: idOf(at), name: 'Ann', kind: 'standard' };
    recorder.seated({ app: 'default', room: `room ${at % PAIRS}` }, member, false);
  }
  const times = [];
  const memory = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const begin = process.cpuUsage();
    for (let at = 0; at < RECORDS; at += 1) recorder.sent(headers[at % headers.length], 'forwarded', 'g_2');
    // Of the processor, not of the clock on the wall: other programs may run beside it.
    const { user, system } = process.cpuUsage(begin);
    times.push((1_000 * (user + system)) / RECORDS);
    memory.push((process.memoryUsage().heapUsed - before) / RECORDS);
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  return { nsPerRecord: Math.round(median(times)), heapBytesPerRecord: Number(median(memory).toFixed(2)) };
}

for (const events of [256, 0]) {
  process.stdout.write(`FLIGHT_RECORDER_EVENTS=${events}: ${JSON.stringify(measure(events))}\n`);
}
