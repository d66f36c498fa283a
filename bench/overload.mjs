/**
 * `npm run overload -- [--rounds N] [--seconds S] [--rate R] [--knocks K] [--slow N] [--json FILE]`
 *
 * What do pairs that signal at a steady rate notice of connections that are refused, and of clients that do not read? Each
 * round asks fresh standalone processes: one that is full and is knocked at, two where ten pairs send as much as they may to
 * receivers that read all of it, or none; each is measured with and without, and what is told is the ratio. The cost of a refusal is the CPU time beyond that of the
 * quiet run. And how many newcomers a second are joined when twice as many come as can be?
 */
import { parseArgs } from 'node:util';
import { cpuMsOf, startGenerator } from './src/processes.mjs';
import { writeReport } from './src/report.mjs';
import { spread } from './src/statistics.mjs';
import { startStandalone } from './src/subjects.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '1000' },
    knocks: { type: 'string', default: '500' },
    slow: { type: 'string', default: '10' },
    json: { type: 'string' },
  },
});
const [rounds, seconds, rate, knocks, slow] = ['rounds', 'seconds', 'rate', 'knocks', 'slow'].map((name) =>
  Number(values[name]),
);
const PAIRS = 50;
/** The other parts lift this limit. */
const DEFAULT_MESSAGES = { MESSAGES_PER_SECOND: '50', MESSAGE_BURST: '200' };
const [steady, other] = [startGenerator(), startGenerator()];
const results = [];

try {
  for (let round = 1; round <= rounds; round += 1) {
    const full = await beside({ MAX_CONNECTIONS: String(2 * PAIRS) }, (url) =>
      other.tell('knock', { url, perSecond: knocks, ms: seconds * 1_000 }),
    );
    const flooded = await beside(DEFAULT_MESSAGES, flood(true));
    const clogged = await beside(DEFAULT_MESSAGES, flood(false));
    const refusals = full.trouble.told + full.trouble.http;
    const joins = await stormBeyondCapacity();
    const result = {
      round,
      refusals: { ...full.trouble, cpuUs: ((full.with.cpuMs - full.without.cpuMs) * 1_000) / refusals },
      besideRefusals: ratio(full),
      slowReaders: clogged.trouble,
      besideReaders: ratio(flooded),
      besideSlowReaders: ratio(clogged),
      slowToReading: clogged.with.latencyMs.p99 / flooded.with.latencyMs.p99,
      joins,
    };
    results.push(result);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  report();
} finally {
  for (const generator of [steady, other]) generator.stop();
}

/** What ten pairs send that may send 50 messages a second, the default; whoever floods faster is turned back. */
function flood(reads) {
  return (url) => other.tell('clog', { url, count: slow, ms: seconds * 1_000, reads });
}

/** The steady pairs on one fresh process, first alone, then beside some trouble. */
async function beside(env, makeTrouble) {
  const app = await startStandalone(env);
  try {
    await steady.tell('open', { subject: 'memory', urls: app.urls, count: PAIRS, offset: 0 });
    await measure(app);
    const without = await measure(app);
    const [during, trouble] = await Promise.all([measure(app), makeTrouble(app.urls[0])]);
    await steady.tell('close');
    return { without, with: during, trouble };
  } finally {
    await app.stop();
  }
}

/** The most newcomers that are joined a second, the rate raised by a quarter until it helps no more; and with twice that many. */
async function stormBeyondCapacity() {
  let [peak, tried] = [0, 500];
  const run = async (perSecond) => {
    const app = await startStandalone();
    try {
      const [url] = app.urls;
      // A process that has just started has nothing compiled yet.
      await other.tell('storm', { url, perSecond: 500, ms: 5_000 });
      // What is let in before the lag shows, and done later, is neither capacity nor goodput.
      const settleMs = 2_000;
      return await other.tell('storm', { url, perSecond, ms: settleMs + seconds * 1_000, settleMs });
    } finally {
      await app.stop();
    }
  };
  for (;;) {
    const { joinedPerSecond } = await run(tried);
    peak = Math.max(peak, joinedPerSecond);
    if (joinedPerSecond < 0.9 * tried) break;
    tried = Math.round(tried * 1.25);
  }
  const { joinedPerSecond: atTwice, begun, refused, tookMs } = await run(Math.round(2 * peak));
  return { peak, atTwice, begun, refused, tookMs };
}

async function measure({ relays: [{ pid }] }) {
  const before = cpuMsOf(pid);
  const { sent, got, latencyMs } = await steady.tell('run', { perSecond: rate, ms: seconds * 1_000 });
  return { sent, got, latencyMs, cpuMs: cpuMsOf(pid) - before };
}

function ratio({ with: during, without }) {
  return {
    lost: during.sent - during.got,
    p50: during.latencyMs.p50 / without.latencyMs.p50,
    p99: during.latencyMs.p99 / without.latencyMs.p99,
    p99Ms: [without.latencyMs.p99, during.latencyMs.p99],
  };
}

function report() {
  const of = (read) => spread(results.map(read));
  const summary = {
    refusalCpuUs: of(({ refusals }) => refusals.cpuUs),
    answerMs: of(({ refusals }) => refusals.answerMs.p99),
    besideRefusalsP99: of(({ besideRefusals }) => besideRefusals.p99),
    slowReadersClosed: of(({ slowReaders }) => slowReaders.closed),
    besideReadersP99: of(({ besideReaders }) => besideReaders.p99),
    besideSlowReadersP99: of(({ besideSlowReaders }) => besideSlowReaders.p99),
    slowToReadingP99: of(({ slowToReading }) => slowToReading),
    joinsPerSecond: of(({ joins }) => joins.peak),
    goodputAtTwice: of(({ joins }) => joins.atTwice / joins.peak),
  };
  for (const [what, { median, min, max }] of Object.entries(summary))
    process.stdout.write(
      `${what.padEnd(22)} ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})\n`,
    );
  writeReport(values.json, `npm run overload -- ${process.argv.slice(2).join(' ')}`, {
    ...{ rounds, seconds, rate, knocks, slow, summary, results },
  });
}
