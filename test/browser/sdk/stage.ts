import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { bundle } from '../../../packages/client/tools/bundle.mjs';
import type { BrowserPage } from '../../support/browser-page.js';
import { startStandalone } from '../../support/standalone-process.js';
import type { PageOptions } from './call-page.js';
import { createPerson } from './person.js';
import type { Person } from './person.js';

const PAGE = fileURLToPath(new URL('page/main.ts', import.meta.url));

/** How somebody comes to a call: `PageOptions`, of which only the room is a must. */
export type Entrance = Partial<PageOptions> & Pick<PageOptions, 'room'>;

/** A standalone app, which serves the SDK, and a page that uses it on a server of its own, as applications have one. */
export interface Stage {
  /** Brings somebody of this name to a room, with camera and microphone unless told. Leaves the page at the test's end. */
  enter(page: BrowserPage, name: string, entrance: Entrance): Promise<Person>;
  /** Kills the app without a warning and starts it again on the same port; resolves when it is ready. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts both. */
export async function openStage(): Promise<Stage> {
  const PORT = await freePort();
  const [{ code }, first] = await Promise.all([bundle(PAGE, { readable: true }), startStandalone({ PORT })]);
  let app = first;
  const pages = createServer(({ url }, response) => {
    const [type, body] = url?.startsWith('/main.js')
      ? ['text/javascript', code]
      : ['text/html', '<!doctype html><meta charset="utf-8"><script type="module" src="/main.js"></script>'];
    response.setHeader('content-type', type).end(body);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  return {
    async enter(page, name, entrance) {
      onTestFinished(() => page.close());
      const options: PageOptions = {
        ...{ server: app.url, name, sends: 'camera,microphone', reload: 'leaves', screen: 'captured' },
        ...entrance,
      };
      await page.goto(`${origin}/?${new URLSearchParams({ ...options }).toString()}`);
      const person = createPerson(page, name);
      await person.ready();
      return person;
    },
    async restart() {
      await app.kill();
      app = await startStandalone({ PORT });
    },
    async close() {
      pages.close();
      await app.stop();
    },
  };
}

/** An app that chose a port by itself could not be started again on it: uWebSockets.js sets SO_REUSEADDR on given ones only. */
async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}
