import { test } from 'vitest';
import { WebSocket } from 'ws';
import { launchFirefox } from '../support/firefox.js';
import { startStandalone } from '../support/standalone-process.js';
test('probe', async () => {
  const [ff, server] = await Promise.all([launchFirefox(), startStandalone()]);
  const ws = new WebSocket(server.url.replace('http', 'ws') + '/v1/connect', 'parley.v1');
  const seen: string[] = []; let n = 0; const waiters: (() => void)[] = [];
  ws.on('open', () => { ws.send('{"type":"hello","id":1,"features":["link1"]}'); ws.send('{"type":"join","id":2,"room":"r","key":"0123456789abcdef0123456789abcdef","n":1,"name":"w"}'); });
  ws.on('message', (m) => { const [h, p] = m.toString().split('\n'); const head = JSON.parse(h!); if (head.type !== 'batch') return; for (const c of JSON.parse(p!)) { seen.push(c.what + (c.status ?? '') + (c.reason ?? '')); if (c.what === 'joined') n++; } waiters.splice(0).forEach((f) => f()); });
  const page = await ff.openPage();
  await page.goto(server.url + '/#r');
  for (let i = 1; i <= 25; i++) {
    await page.fill('#name', 'x' + i); await page.click('#lobby button');
    while (n < i) await new Promise<void>((r) => waiters.push(r));
    await page.until(() => document.querySelector('#state')?.textContent === 'Connected', undefined);
    await page.reload();
  }
  console.log(seen.join(' '));
  const count: Record<string, number> = {}; for (const s of seen) count[s] = (count[s] ?? 0) + 1; console.log(count);
  ws.close(); await ff.close(); await server.stop();
}, 120000);
