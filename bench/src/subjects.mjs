import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProgram } from './processes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const LIMITS = {
  MESSAGES_PER_SECOND: '100000',
  MESSAGE_BURST: '1000000',
  ADDRESS_UPGRADES_PER_SECOND: '100000',
  UPGRADES_PER_SECOND: '100000',
  AUTH_MODE: 'open',
  HOST: '127.0.0.1',
  PORT: '0',
  ADMIN_PORT: '0',
  LOG_LEVEL: 'error',
};

const node = (main, env) =>
  startProgram(process.execPath, [path.join(root, main)], {
    env: { ...LIMITS, ...env },
    ready: /^Parley .*$/m,
  });
const urlOf = ({ line }) => /http:\/\/[\w.:]+\w/.exec(line)[0];

/**
 * What is measured. Each starts with `start()`, which resolves with `{ urls, relays, helpers, stop() }`: `urls` are
 * connected to, the first by who sends and the last by who receives; the CPU of `relays` is what a message costs, that of
 * `helpers` (a broker) is reported beside it.
 */
export const SUBJECTS = {
  echo: {
    what: 'a bare uWebSockets.js echo',
    start: async () => {
      const echo = await startProgram(process.execPath, [path.join(import.meta.dirname, 'echo.mjs')], {
        ready: /^http.*$/m,
      });
      return { urls: [echo.line], relays: [echo], helpers: [], stop: () => echo.stop() };
    },
  },
  memory: {
    what: 'one standalone process, both clients on it',
    start: () => startStandalone(),
  },
  quiet: {
    what: 'the same without metrics and logs',
    start: async () => {
      const app = await node('bench/src/quiet.mjs', { SOCKET: 'uws' });
      return { urls: [urlOf(app)], relays: [app], helpers: [], stop: () => app.stop() };
    },
  },
  redis: { what: 'two gateways over Redis', start: () => startCluster(startRedis) },
  nats: { what: 'two gateways over NATS', start: () => startCluster(startNats) },
};

/** One standalone process, with further settings. */
export async function startStandalone(env = {}) {
  const app = await node('apps/standalone/dist/main.js', { SOCKET: 'uws', ...env });
  return { urls: [urlOf(app)], relays: [app], helpers: [], stop: () => app.stop() };
}

async function startCluster(startBroker) {
  const broker = await startBroker();
  const env = {
    BUS_URL: broker.url,
    STORE_URL: broker.url,
    CLUSTER_SECRET: 'bench'.repeat(8),
    DRAIN_WINDOW_S: '0',
  };
  const rooms = await node('services/rooms/dist/main.js', env);
  const gateways = [
    await node('services/gateway/dist/main.js', env),
    await node('services/gateway/dist/main.js', env),
  ];
  for (const gateway of gateways) await ready(urlOf(gateway));
  return {
    urls: gateways.map(urlOf),
    relays: gateways,
    helpers: [broker],
    stop: async () => {
      for (const one of [...gateways, rooms]) await one.stop();
      await broker.stop();
    },
  };
}

async function ready(url) {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    if ((await fetch(`${url}/readyz`)).ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} is not ready`);
}

async function startRedis() {
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String);
  const server = await startProgram('redis-server', args, { ready: /Ready to accept connections/ });
  return { ...server, url: `redis://127.0.0.1:${port}` };
}

async function startNats() {
  const [port, folder] = [await freePort(), mkdtempSync(path.join(tmpdir(), 'parley-bench-'))];
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder];
  const server = await startProgram('nats-server', args, { ready: /Server is ready/ });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, url: `nats://127.0.0.1:${port}`, stop };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
