import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { runMain } from '../support/standalone-process.js';

const MAIN = 'services/gateway/dist/main.js';

function hasBinary(): boolean {
  try {
    createRequire(import.meta.url)(
      `@uwsjs/${process.platform}-${process.arch}-${process.versions.node.split('.')[0]}`,
    );
    return true;
  } catch {
    return false;
  }
}

/** A port that is taken, so that a gateway that gets as far as listening ends by itself. */
async function takenPort(): Promise<{ port: string; free: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: String(address.port), free: () => server.close() };
}

test('U1 a gateway of its own never falls back to ws by itself: only SOCKET=ws lets it', async () => {
  const { port, free } = await takenPort();
  const env = { PORT: port, HOST: '127.0.0.1', AUTH_MODE: 'open' };
  const [byItself, asked] = [await runMain(MAIN, env), await runMain(MAIN, { ...env, SOCKET: 'ws' })];
  free();
  for (const { code } of [byItself, asked]) expect(code).toBe(1);
  // Where no binary loads it ends before it listens, and names what would let it start.
  expect(byItself.output).toContain(hasBinary() ? port : 'SOCKET=ws');
  expect(asked.output).toContain(port);
});

test('every process tells all its settings by --help and starts nothing', async () => {
  for (const main of [MAIN, 'apps/standalone/dist/main.js']) {
    const { code, output } = await runMain(main, {}, ['--help']);
    expect(code).toBe(0);
    for (const name of ['PORT', 'AUTH_MODE', 'JWT_KEYS', 'CLUSTER_SECRET', 'SOCKET'])
      expect(output).toContain(name);
  }
});
