import { test, expect } from 'vitest';
import { launchFirefox, videoMovesIn } from '/work/main/test/support/firefox.js';
import { startStandalone } from '/work/main/test/support/standalone-process.js';
import { launchChromium, openPage, videoMoves } from '/work/main/test/support/chromium.js';
test('probe', async () => {
  const t0 = Date.now();
  const lap = (s: string) => console.log(s, Date.now() - t0);
  const [ff, cr, srv] = await Promise.all([launchFirefox(), launchChromium(), startStandalone()]);
  lap('launched');
  const init = () => {
    const R = RTCPeerConnection;
    (globalThis as any).pcs = [];
    (globalThis as any).log = [];
    (globalThis as any).RTCPeerConnection = class extends R {
      constructor(c?: any) {
        super(c);
        (globalThis as any).pcs.push(this);
        this.addEventListener('signalingstatechange', () =>
          (globalThis as any).log.push(this.signalingState),
        );
      }
    };
  };
  const a = await ff.openPage();
  await a.evaluateOnNewDocument(init);
  a.on('console', (m) => console.log('FF', m.text()));
  a.on('pageerror', (e: unknown) => console.log('FFERR', String(e)));
  await a.goto(srv.url + '/#probe');
  lap('goto');
  await a.locator('#name').fill('Ann');
  await a.locator('button[type=submit]').click();
  lap('joined');
  const b = await openPage(cr);
  await b.addInitScript(init);
  await b.goto(srv.url + '/#probe');
  await b.fill('#name', 'Bo');
  await b.click('button[type=submit]');
  lap('b joined');
  try {
    await Promise.all([videoMovesIn(a, '#remote'), videoMoves(b, '#remote')]);
  } catch (e) {
    console.log(String(e));
  }
  lap('moves');
  const probe = () => [
    document.querySelector('#peer')!.textContent,
    document.querySelector<HTMLElement>('#peer')!.dataset['state'],
    document.querySelector('#problem')!.textContent,
    (globalThis as any).pcs.map((p: any) => p.localDescription?.type + ' ' + p.connectionState),
    (globalThis as any).log.join(),
  ];
  console.log(await a.evaluate(probe), await b.evaluate(probe));
  await ff.close();
  await cr.close();
  await srv.stop();
  lap('closed');
}, 60000);
