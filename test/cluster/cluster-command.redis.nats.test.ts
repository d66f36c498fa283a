import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startNats, startRedis } from '@parley/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { joinRaw } from '../support/raw-client.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/cluster.mjs', import.meta.url));

const LONGEST_MS = 60_000;

interface Command {
  /** All lines up to the one that says that the cluster is ready. */
  readonly lines: readonly string[];
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `npm run cluster -- …args`, without the build; it is ended with the test. */
async function runCluster(args: readonly string[]): Promise<Command> {
  const env = { ...process.env, LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stop = (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGINT');
    return exited;
  };
  onTestFinished(async () => void (await stop()));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (/^Parley cluster is ready/m.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => reject(new Error(`it ended with ${code} before it was ready:\n${output}`)));
  });
  return { lines: output.split('\n'), stop };
}

/** The addresses that the lines of one kind of process begin with. */
function addressesOf({ lines }: Command, kind: string): string[] {
  const own = lines.filter((line) => line.startsWith(`${kind} `));
  return own.map((line) => /(?:https?|redis|nats):\/\/\S+/.exec(line)?.[0] ?? '');
}

/** Again while the answer is that one may: a machine that is short of time hears its own bus late. */
async function join(url: string, name: string): ReturnType<typeof joinRaw> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await joinRaw(url, 'standup', { name });
    } catch (error) {
      if (tries === 10 || !String(error).includes('unavailable')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** Whether somebody takes connections there. */
function listens({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

async function expectOneRoom(command: Command): Promise<void> {
  const [first = '', second = '', ...others] = addressesOf(command, 'gateway');
  expect(others).toEqual([]);
  expect(addressesOf(command, 'rooms')).toHaveLength(2);
  expect(addressesOf(command, 'turn-credentials')).toHaveLength(1);
  const ann = await join(first, 'Ann');
  const bo = await join(second, 'Bo');
  await ann.take(({ header }) => header['type'] === 'batch');
  bo.frame({ type: 'signal', to: ann.you, kind: 'offer', link: [1, 1, 0] }, '"hello"');
  const { payload } = await ann.take(({ header }) => header['type'] === 'signal');
  expect(payload).toBe('"hello"');
  for (const { adminUrl } of command.lines.flatMap(adminOf)) {
    expect((await fetch(adminUrl)).status).toBe(200);
  }
  ann.close();
  bo.close();
  expect(await command.stop()).toBe(0);
  await expect(fetch(first)).rejects.toThrow();
}

function adminOf(line: string): { adminUrl: string }[] {
  const [, adminUrl] = /metrics (http\S+)/.exec(line) ?? [];
  return adminUrl === undefined ? [] : [{ adminUrl }];
}

const CHOSEN = ['--port', '0'];

test(
  'X1 npm run cluster starts a server of its own where none is given, and tells where it is',
  async () => {
    const command = await runCluster(CHOSEN);
    const { hostname: host, port } = new URL(addressesOf(command, 'redis')[0] ?? '');
    await expectOneRoom(command);
    expect(await listens({ host, port: Number(port) })).toBe(false);
  },
  LONGEST_MS,
);

test(
  'X1 npm run cluster --bus nats --store redis starts both',
  async () => {
    const command = await runCluster(['--bus', 'nats', '--store', 'redis', ...CHOSEN]);
    expect([...addressesOf(command, 'nats'), ...addressesOf(command, 'redis')]).toHaveLength(2);
    await expectOneRoom(command);
  },
  LONGEST_MS,
);

test.each([
  ['Redis', () => startRedis()],
  ['NATS', () => startNats({ jetstream: true })],
])(
  'X1 npm run cluster joins a %s that is given, and leaves it running',
  async (_, start) => {
    const server = await start();
    onTestFinished(server.stop);
    const command = await runCluster(['--bus', server.url, ...CHOSEN]);
    await expectOneRoom(command);
    expect(await listens(server)).toBe(true);
  },
  LONGEST_MS,
);

test(
  'X1 npm run cluster tells what it can do, and what it cannot',
  async () => {
    const refused = runCluster(['--bus', 'rabbit', ...CHOSEN]);
    await expect(refused).rejects.toThrow(/ended with 1 .*\n.*neither redis, nats nor a URL: rabbit/);
    await expect(runCluster(['--what'])).rejects.toThrow(/ended with 2 .*\n.*what(.|\n)*--gateways N/);
  },
  LONGEST_MS,
);
