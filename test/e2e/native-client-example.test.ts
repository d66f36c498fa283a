import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/native-client.mjs', import.meta.url));

let server: StandaloneProcess;
beforeAll(async () => {
  server = await startStandalone();
});
afterAll(async () => {
  await server?.stop();
});

test('[RESUME-1] two native clients exchange an offer, an answer and 50 candidates in order although a socket is killed', async () => {
  const url = `${server.url.replace('http', 'ws')}/v1/connect`;
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, url], { timeout: 15_000 });
  expect(stdout).toBe('Bo connected 2 times; 52 of 52 arrived, in order\n');
});
