import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { onTestFinished } from 'vitest';

const socketFolder = fileURLToPath(new URL('../../src/socket/', import.meta.url));
const artifacts = fileURLToPath(new URL('../../../../.test-artifacts/', import.meta.url));

/** Listens, takes one WebSocket with a message each way, disposes, and then does nothing more. */
const program = `
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { createSocketServer } from './choose-driver.js';
const after = (ms, run) => { const t = setTimeout(run, ms); return () => clearTimeout(t); };
const every = (ms, run) => { const t = setInterval(run, ms); return () => clearInterval(t); };
const clock = { wall: Date.now, now: () => performance.now(), after, every, soon: setImmediate };
const accept = (socket) => ({ message: (b, binary) => socket.send(b, binary), drained() {}, closed() {} });
const upgrades = [{ path: '/ws', subprotocols: [], decide: async () => ({ accept }) }];
const server = createSocketServer({ upgrades, routes: [], onFault: console.error }, { clock, prefer: process.argv[2] });
const client = new WebSocket('ws://127.0.0.1:' + (await server.listen('127.0.0.1', 0)) + '/ws');
await once(client, 'open');
client.send('x');
await once(client, 'message');
await Promise.all([once(client, 'close'), server.dispose()]);
console.log('disposed');
`;

/** Runs that program on this very source in a process of its own; it has 10 s to end by itself. */
export async function runServerOnce(driver: 'uws' | 'ws'): Promise<{ code: number | null; output: string }> {
  mkdirSync(artifacts, { recursive: true });
  const folder = mkdtempSync(join(artifacts, 'socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of readdirSync(socketFolder)) {
    const source = readFileSync(join(socketFolder, file), 'utf8');
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), transpile(source));
  }
  const main = join(folder, 'main.js');
  writeFileSync(main, program);
  const child = spawn(process.execPath, [main, driver], { cwd: dirname(main), timeout: 10_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

function transpile(source: string): string {
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  return transpileModule(source, { compilerOptions }).outputText;
}
