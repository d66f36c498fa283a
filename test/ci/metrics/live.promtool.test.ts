import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { startMain } from '../../support/standalone-process.js';

const OPEN = { AUTH_MODE: 'open', HOST: '127.0.0.1', DRAIN_WINDOW_S: '0' };
const MAINS: readonly (readonly [name: string, main: string, env: Record<string, string>])[] = [
  ['standalone', 'apps/standalone/dist/main.js', { DRAIN_WINDOW_S: '0' }],
  ['gateway', 'services/gateway/dist/main.js', { ...OPEN, SOCKET: 'ws' }],
  ['rooms', 'services/rooms/dist/main.js', { DRAIN_WINDOW_S: '0' }],
  ['turn-credentials', 'services/turn-credentials/dist/main.js', OPEN],
];

test.each(MAINS)('O2 promtool finds no fault with the live metrics of %s', async (_name, main, env) => {
  const program = await startMain(main, env);
  try {
    const at = /metrics\D*(http:[\w/.:]+)/i.exec(program.startLine)?.[1]?.replace(/\/metrics$/, '');
    const text = await (await fetch(`${at}/metrics`)).text();
    expect(text).toContain('parley_build_info{');
    const promtool = process.env['PARLEY_PROMTOOL'];
    if (promtool === undefined) throw new Error('PARLEY_PROMTOOL holds no path: run this by npm test');
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text });
    expect(`${stdout.toString()}${stderr.toString()}`).toBe('');
    expect(status).toBe(0);
  } finally {
    await program.stop();
  }
});
