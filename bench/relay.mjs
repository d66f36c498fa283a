/**
 * `npm run relay -- [--rounds N] [--seconds S] [--rate R] [--pairs P] [--generators G] [--subjects a,b] [--json FILE]`
 *
 * What does a relayed signal cost beside a bare echo of the same bytes? Every round measures each subject once, in turn,
 * at the same steady rate; the cost is the CPU time of the relaying processes, as the kernel counts it, by message. First
 * the generator measures itself against the echo, so that its own limit is known.
 */
import { parseArgs } from 'node:util';
import { cpuMsOf, startGenerator } from './src/processes.mjs';
import { writeReport } from './src/report.mjs';
import { MEAN_BYTES } from './src/signals.mjs';
import { spread } from './src/statistics.mjs';
import { SUBJECTS } from './src/subjects.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '4000' },
    pairs: { type: 'string', default: '50' },
    generators: { type: 'string', default: '1' },
    subjects: { type: 'string', default: 'echo,memory,redis,nats' },
    json: { type: 'string' },
  },
});
const [rounds, seconds, rate, pairs, count] = ['rounds', 'seconds', 'rate', 'pairs', 'generators'].map(
  (name) => Number(values[name]),
);
const names = values.subjects.split(',');
const generators = Array.from({ length: count }, startGenerator);
const results = [];

try {
  const limit = await generatorLimit();
  process.stdout.write(`the generator's own limit against the echo: ${limit} messages a second\n`);
  if (rate > limit / 2) throw new Error(`a rate of ${rate} is more than half of what the generator can do`);
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      const result = { round, subject: name, ...(await measure(name, rate, seconds)) };
      results.push(result);
      process.stdout.write(`round ${round} ${name.padEnd(8)} ${describe(result)}\n`);
    }
  }
  report(limit);
} finally {
  for (const generator of generators) generator.stop();
}

/** The rate at which the echo still answers all that the generator sends, doubled until it does not. */
async function generatorLimit() {
  for (let tried = 4_000; ; tried *= 2) {
    const { got, ms, sent, wanted } = await measure('echo', tried, 2);
    if (got < sent || sent < 0.95 * wanted) return Math.round((got / ms) * 1_000);
  }
}

async function measure(name, perSecond, duration) {
  const subject = await SUBJECTS[name].start();
  try {
    const each = Math.ceil(pairs / count);
    await all('open', (index) => ({ subject: name, urls: subject.urls, count: each, offset: index * each }));
    await all('run', () => ({ perSecond: perSecond / count, ms: 1_000 }));
    const before = cpuOf(subject);
    const parts = await all('run', () => ({ perSecond: perSecond / count, ms: duration * 1_000 }));
    const after = cpuOf(subject);
    await all('close');
    const sum = (field) => parts.reduce((total, part) => total + part[field], 0);
    const [sent, got] = [sum('sent'), sum('got')];
    return {
      ...{
        wanted: perSecond * duration,
        sent,
        got,
        held: sum('held'),
        ms: Math.max(...parts.map(({ ms }) => ms)),
      },
      cpuUs: ((after.relays - before.relays) * 1_000) / got,
      helpersCpuUs: ((after.helpers - before.helpers) * 1_000) / got,
      generatorCpuUs: (sum('cpuMs') * 1_000) / got,
      latencyMs: parts[0].latencyMs,
    };
  } finally {
    await subject.stop();
  }
}

function all(act, options = () => ({})) {
  return Promise.all(generators.map((generator, index) => generator.tell(act, options(index))));
}

function cpuOf({ relays, helpers }) {
  const sum = (processes) => processes.reduce((total, { pid }) => total + cpuMsOf(pid), 0);
  return { relays: sum(relays), helpers: sum(helpers) };
}

function describe({ sent, got, cpuUs, helpersCpuUs, latencyMs }) {
  const lost = got === sent ? '' : `, ${sent - got} LOST`;
  return `${cpuUs.toFixed(1)} us a message (broker ${helpersCpuUs.toFixed(1)}), p99 ${latencyMs.p99.toFixed(1)} ms${lost}`;
}

function report(limit) {
  const of = (name, field) =>
    spread(results.filter(({ subject }) => subject === name).map((one) => one[field]));
  const summary = names.map((name) => {
    const cpuUs = of(name, 'cpuUs');
    const ratios = results
      .filter(({ subject }) => subject === name)
      .map(
        (one) => one.cpuUs / results.find((two) => two.subject === 'echo' && two.round === one.round)?.cpuUs,
      );
    return {
      subject: name,
      what: SUBJECTS[name].what,
      cpuUs,
      helpersCpuUs: of(name, 'helpersCpuUs'),
      ratio: spread(ratios),
    };
  });
  process.stdout.write(
    `\nmedian of ${rounds} rounds (least to greatest), ${MEAN_BYTES} bytes a signal in the mean, ${rate}/s\n`,
  );
  for (const { subject, cpuUs, ratio, helpersCpuUs } of summary) {
    const range = ({ median, min, max }, digits) =>
      `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
    process.stdout.write(
      `${subject.padEnd(8)} CPU ${range(cpuUs, 1)} us a message, ${range(ratio, 2)} x echo, broker ${helpersCpuUs.median.toFixed(1)} us\n`,
    );
  }
  writeReport(values.json, `npm run relay -- ${process.argv.slice(2).join(' ')}`, {
    ...{ limit, meanBytes: MEAN_BYTES, summary, results },
  });
}
