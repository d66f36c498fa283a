import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stablePort } from '@parley/testkit';
import { stringify } from 'yaml';

/** One series of an answer: its labels, and values with their times in seconds. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** A Prometheus of this test's own. */
export interface Prometheus {
  /** The result of a range query; times in seconds. */
  range(expr: string, from: number, to: number, step: number): Promise<readonly Series[]>;
  stop(): Promise<void>;
}

/** What it scrapes, and what it evaluates, both each second. */
export interface PrometheusOptions {
  /** `host:port` with the labels of the target. */
  readonly targets: readonly {
    readonly address: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  /** Names and texts of rule files. */
  readonly rules: readonly (readonly [string, string])[];
}

const READY_MS = 20_000;

/** Starts Debian's (or any) Prometheus on loopback with a private folder; resolves once it answers. */
export async function startPrometheus({ targets, rules }: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: rules.map(([name]) => name),
    scrape_configs: targets.map(({ address, labels: { job = '', ...labels } }) => ({
      job_name: `${job} ${address}`,
      static_configs: [{ targets: [address], labels: { job, ...labels } }],
    })),
  };
  await writeFile(path.join(folder, 'prometheus.yml'), stringify(config));
  for (const [name, text] of rules) await writeFile(path.join(folder, name), text);
  const port = await stablePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.env['PARLEY_PROMETHEUS'] ?? 'prometheus',
    [
      ...['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--log.level=warn'],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(READY_MS);
  for (;;) {
    const { ok } = await fetch(`${url}/-/ready`).catch(() => ({ ok: false }));
    if (ok) break;
    if (deadline.aborted || child.exitCode !== null) {
      await stop();
      throw new Error(`Prometheus does not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    range: (expr, from, to, step) =>
      ask(`${url}/api/v1/query_range`, { query: expr, start: from, end: to, step }),
    stop,
  };
}

async function ask(
  url: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<readonly Series[]> {
  const body = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]));
  const response = await fetch(url, { method: 'POST', body });
  const { data, error } = (await response.json()) as { data?: { result: Series[] }; error?: string };
  if (data === undefined) throw new Error(`${error}: ${parameters['query']}`);
  return data.result;
}
