import { connect } from 'node:net';
import { upgradeRequest } from './connect.mjs';
import { textFrame } from './frames.mjs';

const PER_ROOM = 4;
/** As long as anybody waits for the answer to a join. */
const PATIENCE_MS = 5_000;
const HELLO = textFrame('{"type":"hello","id":1}');

/**
 * Newcomers at a steady rate, each of whom connects, joins a room of four and goes again. Resolves with how many came, how
 * many a second were joined within the time but for its first `settleMs`, how long those waited, and what share of a core all that took here: the figures
 * say nothing of the server where this process could not follow.
 */
export async function storm(url, perSecond, ms, settleMs = 0) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const took = [];
  const counts = { joined: 0, refused: 0, late: 0 };
  let begun = 0;
  const all = [];
  const arrive = async (number) => {
    const startedAt = performance.now();
    const outcome = await join(url, number);
    counts[outcome] += 1;
    const at = performance.now() - start;
    if (outcome === 'joined' && at >= settleMs && at < ms) took.push(performance.now() - startedAt);
  };
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - start;
      for (const due = (passed / 1_000) * perSecond; begun < due; begun += 1) all.push(arrive(begun));
      if (passed < ms) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  const { user, system } = process.cpuUsage(cpu);
  const generatorShare = (user + system) / 1_000 / (performance.now() - start);
  await Promise.all(all);
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  return {
    ...{ begun, ...counts, generatorShare },
    joinedPerSecond: (took.length * 1_000) / (ms - settleMs),
    tookMs: { p50: at(0.5), p99: at(0.99) },
  };
}

/** One newcomer, at as little cost as can be: nothing that arrives is parsed. */
function join(url, number) {
  const { hostname, port } = new URL(url);
  const key = number.toString(16).padStart(32, '0');
  const room = `storm-${process.pid}-${Math.floor(number / PER_ROOM)}`;
  const request = `{"type":"join","id":2,"room":"${room}","key":"${key}","n":1,"name":"storm","caps":[]}`;
  return new Promise((resolve) => {
    let isOpen = false;
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const end = (outcome) => {
      clearTimeout(late);
      socket.destroy();
      resolve(outcome);
    };
    const late = setTimeout(end, PATIENCE_MS, 'late');
    socket.once('connect', () => socket.write(upgradeRequest(hostname, port, '/v1/connect')));
    socket.on('error', () => end('refused'));
    socket.on('end', () => end('refused'));
    socket.on('data', (chunk) => {
      if (!isOpen) {
        if (!chunk.includes('HTTP/1.1 101')) return end('refused');
        isOpen = true;
        socket.write(Buffer.concat([HELLO, textFrame(request)]));
      }
      if (chunk.includes('"type":"goodbye"')) return end('refused');
      if (chunk.includes('"id":2')) end(chunk.includes('"result"') ? 'joined' : 'refused');
    });
  });
}
