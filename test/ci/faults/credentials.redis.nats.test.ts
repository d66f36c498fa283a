import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stablePort, startNats, startRedis } from '@parley/testkit';
import { expect, test } from 'vitest';
import { after } from './support/proxied-server.js';

const [RIGHT, WRONG] = ['right-canary', 'wrong-canary'];
const MAIN = fileURLToPath(new URL('../../../services/rooms/dist/main.js', import.meta.url));

/** A server that wants a password. */
const servers = [
  {
    ...{ name: 'Redis', login: `default:${WRONG}`, why: 'WRONGPASS' },
    start: () => startRedis({ args: ['--requirepass', RIGHT] }),
  },
  {
    ...{ name: 'NATS', login: `u:${WRONG}`, why: 'refuses the credentials' },
    start: () => startNats({ jetstream: true, args: ['--user', 'u', '--pass', RIGHT] }),
  },
];

test.each(servers)(
  'X1 X10 with a wrong password for $name a process says why it is not ready, and never with which',
  async ({ login, why, start }) => {
    const server = await start();
    const url = server.url.replace('//', `//${login}@`);
    const admin = await stablePort();
    const { PATH = '', HOME = '', XDG_STATE_HOME = '' } = process.env;
    const env = { PATH, HOME, XDG_STATE_HOME, BUS_URL: url, STORE_URL: url, ADMIN_PORT: String(admin) };
    const child = spawn(process.execPath, [MAIN], { env });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    try {
      while (!output.includes(why)) await after(50);
      const response = await fetch(`http://127.0.0.1:${admin}/readyz`);
      expect(response.status).toBe(503);
      const body = await response.text();
      expect(body).toContain('bus-unheard');
      expect(output + body).not.toContain(WRONG);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await server.stop();
    }
  },
  60_000,
);
