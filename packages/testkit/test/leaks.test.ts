import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findLeaks, findLeaksInLine, secretsOf, startProcess } from '../src/index.js';

const folder = mkdtempSync(path.join(tmpdir(), 'parley-leaks-'));
const env = { PATH: process.env['PATH'] ?? '', JWT_KEYS: '[{"kid":"a","secret":"not-known-by-its-shape"}]' };

/** A process that prints these lines and measures this. */
function program(name: string, lines: readonly string[], metrics: string): string {
  const main = path.join(folder, `${name}.mjs`);
  writeFileSync(
    main,
    `import { createServer } from 'node:http';
    const server = createServer((_, response) => response.end(${JSON.stringify(metrics)}));
    server.listen(0, '127.0.0.1', () => {
      console.log('Parley is ready · metrics on http://127.0.0.1:' + server.address().port + '/metrics');
      for (const line of ${JSON.stringify(lines)}) console.log(line);
    });
    process.on('SIGTERM', () => setTimeout(() => process.exit(0), 300));`,
  );
  return main;
}

const QUIET = [
  '{"level":"info","event":"connection-closed","connection":"g_AbCdEfGhIjKlMnOpQrStUv.1","code":1000}',
  '{"level":"warn","event":"bus-disconnected","reason":"connect ECONNREFUSED 127.0.0.1:6379"}',
  'parley_bus_lateness_seconds 0.001 # how late its canary is',
];

const LEAKS: readonly (readonly [what: string, text: string])[] = [
  ['a token', '{"message":"no key for eyJhbGciOiJIUzI1NiJ9.e30.x"}'],
  ['a session description', String.raw`{"stack":"at offer v=0\r\no=- 1"}`],
  ['a session description', 'a=candidate:1'],
  ['a candidate', '{"c":"candidate:842163049 1 udp 1677729535 10.1.2.3 50077 typ srflx"}'],
  ['an ICE password', '{"c":"ice-pwd:abc"}'],
  ['a TURN password', '{"credential":"rQ8u0VtLcTq2O2VJq4cJ1G3b0aA="}'],
  ['credentials in a URL', 'cannot reach redis://user:password@host'],
  ['a canary', 'name="canary-name"'],
  ['an address of a client', '{"from":"203.0.113.77"}'],
  ['an address of a client', '{"from":"2001:db8::7"}'],
  ['a secret', '{"reason":"wrong: not-known-by-its-shape"}'],
];

test.each(LEAKS)('X10 %s is found in %s', (what, text) => {
  const secrets = secretsOf(env);
  expect(findLeaks(text, secrets).join()).toContain(what);
  expect(findLeaksInLine(text, secrets).join()).toContain(what);
});

test('X10 in log lines an address of this machine is a client’s', () => {
  for (const address of ['127.0.0.1', '127.9.8.7:5', '::1', '::ffff:127.0.0.1'])
    expect(findLeaksInLine(`{"event":"connection-opened","from":"${address}"}`)).toHaveLength(1);
  for (const line of QUIET) expect(findLeaksInLine(line, secretsOf(env)), line).toEqual([]);
});

test('X10 a process that leaks cannot be stopped without the test failing; one that does not can', async () => {
  const start = (name: string, lines: readonly string[], metrics: string) =>
    startProcess({ main: program(name, lines, metrics), env });
  const quiet = await start('quiet', QUIET, QUIET.join('\n'));
  expect(await quiet.stop()).toBe(0);
  const [[, token] = ['', '']] = LEAKS;
  const talks = await start('talks', [...QUIET, token], '');
  await expect(talks.stop()).rejects.toThrow('X10 a secret got out:\na token');
  const measures = await start('measures', QUIET, 'parley_x{token="not-known-by-its-shape"} 1');
  await expect(measures.stop()).rejects.toThrow('a secret');
});
