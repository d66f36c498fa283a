/**
 * One process of the load generator, told by its parent what to do: `open` connects pairs, `run` sends at a steady rate
 * for a time and answers with what arrived and its own CPU, `knock` asks to be refused, `clog` floods clients that may not read, `storm` joins and
 * goes. It knows both ends of each pair and so needs no clock of
 * anybody else.
 */
import { connect } from './connect.mjs';
import { textFrame } from './frames.mjs';
import { knock } from './knock.mjs';
import { SIGNALS } from './signals.mjs';
import { storm } from './storm.mjs';

const TICK_MS = 5;
/** Below the 50 messages a second that a connection may send. */
const FLOOD_MS = 25;
/** Per pair; a server that falls so far behind is overloaded, and the round says so. */
const MAX_OUTSTANDING = 200;

let pairs = [];

const acts = {
  async open({ subject, urls, count, offset }) {
    pairs = [];
    for (let n = 0; n < count; n += 1) {
      pairs.push(subject === 'echo' ? await openEcho(urls[0]) : await openPair(urls, `bench-${offset + n}`));
    }
    return {};
  },
  run: ({ perSecond, ms }) => run(perSecond, ms),
  knock: ({ url, perSecond, ms }) => knock(url, perSecond, ms),
  clog: ({ url, count, ms, reads }) => clog({ url, count, ms, reads }),
  storm: ({ url, perSecond, ms, settleMs }) => storm(url, perSecond, ms, settleMs),
  async close() {
    for (const { ends } of pairs) for (const end of ends) end.end();
    return {};
  },
};

process.on('message', async ({ id, act, ...options }) => {
  try {
    process.send({ id, result: await acts[act](options) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});

async function openEcho(url) {
  const socket = await connect(url, '/');
  const frames = SIGNALS.map(([, payload]) => textFrame(`{"type":"signal"}\n${payload}`));
  return watch({ from: socket, to: socket, ends: [socket], frames });
}

async function openPair([first, second = first], room) {
  const ann = await join(first, room);
  const told = ann.socket.next(({ type }) => type === 'batch');
  const bo = await join(second, room);
  await told;
  let sequence = 0;
  const frames = {
    // The link's number changes with each frame, so that frames are made as they are sent.
    next() {
      const [kind, payload] = SIGNALS[sequence % SIGNALS.length];
      sequence += 1;
      return textFrame(
        `{"type":"signal","to":"${bo.you}","kind":"${kind}","link":[1,${sequence},0]}\n${payload}`,
      );
    },
  };
  return watch({ from: ann.socket, to: bo.socket, ends: [ann.socket, bo.socket], frames });
}

async function join(url, room, onClose) {
  const socket = await connect(url, '/v1/connect', onClose);
  await socket.ask('{"type":"hello","id":1}', ({ type }) => type === 'welcome');
  const key = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
  const request = JSON.stringify({ type: 'join', id: 2, room, key, n: 1, name: 'bench', caps: ['link1'] });
  const { result, error } = await socket.ask(request, ({ type, id }) => type === 'reply' && id === 2);
  if (error) throw new Error(`join refused: ${error.code}`);
  return { socket, you: result.you };
}

/**
 * Pairs that send as much as the limits allow, far more than any buffer holds, and whose receivers read everything or
 * nothing. Resolves with how many receivers were closed.
 */
async function clog({ url, count, ms, reads }) {
  let closed = 0;
  const clogged = [];
  for (let n = 0; n < count; n += 1) {
    const room = `clogged-${process.pid}-${n}`;
    const ann = await join(url, room, () => undefined);
    const told = ann.socket.next(({ type }) => type === 'batch');
    const bo = await join(url, room, () => void (closed += 1));
    await told;
    for (const { socket } of [ann, bo]) socket.count(() => undefined);
    if (!reads) bo.socket.pause();
    clogged.push({ ann, bo, sent: 0 });
  }
  const filler = 'x'.repeat(32_768);
  const flood = setInterval(() => {
    for (const pair of clogged) {
      pair.sent += 1;
      const header = `{"type":"signal","to":"${pair.bo.you}","kind":"filler","link":[1,${pair.sent},0]}`;
      pair.ann.socket.write(textFrame(`${header}\n${filler}`));
    }
  }, FLOOD_MS);
  await new Promise((resolve) => setTimeout(resolve, ms));
  clearInterval(flood);
  for (const { bo } of clogged) bo.socket.resume();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const { ann, bo } of clogged) [ann, bo].forEach(({ socket }) => socket.end());
  return { count, closed, megabytesEach: (clogged[0].sent * filler.length) / 2 ** 20 };
}

function watch({ from, to, ends, frames }) {
  const pair = { from, ends, sent: 0, got: 0, sentAt: [], latencies: [], next: 0 };
  pair.frame = Array.isArray(frames) ? () => frames[pair.next++ % frames.length] : () => frames.next();
  to.count((length) => {
    // Small frames are what the server says beside the signals.
    if (length < 150) return;
    pair.got += 1;
    pair.latencies.push(performance.now() - pair.sentAt.shift());
  });
  return pair;
}

function run(perSecond, ms) {
  for (const pair of pairs) Object.assign(pair, { sent: 0, got: 0, sentAt: [], latencies: [] });
  const cpu = process.cpuUsage();
  const start = performance.now();
  let [at, taken, held] = [0, 0, 0];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      if (now - start >= ms) {
        clearInterval(timer);
        setTimeout(() => resolve(report(cpu, now - start, held)), 300);
        return;
      }
      for (const due = ((now - start) / 1_000) * perSecond; taken < due; taken += 1) {
        const pair = pairs[at++ % pairs.length];
        if (pair.sent - pair.got >= MAX_OUTSTANDING) held += 1;
        else send(pair, now);
      }
    }, TICK_MS);
  });
}

function send(pair, now) {
  pair.sent += 1;
  pair.sentAt.push(now);
  pair.from.write(pair.frame());
}

function report(cpu, ms, held) {
  const { user, system } = process.cpuUsage(cpu);
  const sum = (field) => pairs.reduce((total, pair) => total + pair[field], 0);
  const latencies = pairs.flatMap((pair) => pair.latencies).sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return {
    ...{ ms, held, sent: sum('sent'), got: sum('got'), cpuMs: (user + system) / 1_000 },
    latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
  };
}
