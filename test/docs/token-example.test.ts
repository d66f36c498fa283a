import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createSignalingClient } from '@parley/client';
import { WebSocket } from 'ws';
import { startStandalone } from '../support/standalone-process.js';
import { codeBlock } from './code-blocks.js';

const SECRET = 'a secret of this test, 32 bytes or more';

/** Runs the example in an application's folder, where `@parley/server` is installed; resolves with what it prints. */
async function tokenOfExample(code: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley 회의 '));
  const modules = path.join(folder, 'node_modules/@parley');
  await mkdir(modules, { recursive: true });
  const server = fileURLToPath(new URL('../../packages/server', import.meta.url));
  await symlink(server, path.join(modules, 'server'), 'junction');
  await writeFile(path.join(folder, 'token.mjs'), code);
  const env = { ...process.env, PARLEY_SECRET: SECRET };
  const { stdout } = await promisify(execFile)(process.execPath, ['token.mjs'], { cwd: folder, env });
  await rm(folder, { recursive: true });
  return stdout.trim();
}

test('the token of the README, ten lines, opens its room and no other one', async () => {
  const { code, lines } = codeBlock('README.md', 'js', 'createToken');
  expect(lines).toBeLessThanOrEqual(10);
  const token = await tokenOfExample(code);
  const keys = [{ kid: '2026-11', alg: 'HS256', secret: SECRET }];
  const standalone = await startStandalone({
    AUTH_MODE: 'jwt',
    ALLOW_NO_ORIGIN: 'on',
    JWT_KEYS: JSON.stringify(keys),
  });
  try {
    const join = (room: string, token?: string): Promise<string> => {
      const urls = `${standalone.url.replace('http', 'ws')}/v1/connect`;
      const client = createSignalingClient({ urls, room, WebSocket, ...(token !== undefined && { token }) });
      return client.join().finally(() => client.leave());
    };
    await expect(join('standup', token)).resolves.toMatch(/^p_/);
    await expect(join('elsewhere', token)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(join('standup')).rejects.toMatchObject({ code: 'token_required' });
  } finally {
    await standalone.stop();
  }
});
