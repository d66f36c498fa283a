import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { bundle, ENTRY } from '../../../packages/client/tools/bundle.mjs';
import type { BrowserPage } from '../../support/browser-page.js';
import type { PageOptions } from './call-page.js';
import { createPerson } from './person.js';
import type { Person } from './person.js';

const PAGE = fileURLToPath(new URL('page/main.ts', import.meta.url));
const HTML = '<!doctype html><meta charset="utf-8"><script type="module" src="/main.js"></script>';

/** How somebody comes to a call: `PageOptions`, of which only the room is a must. */
export type Entrance = Partial<PageOptions> & Pick<PageOptions, 'room'>;

/** A page that uses the SDK, on a server of its own, as applications have one. */
export interface PageSite {
  /** Where it serves the SDK itself, for pages whose signaling server does not. */
  readonly sdk: string;
  /** Brings somebody of this name to a room, with camera and microphone unless told. Leaves the page at the test's end. */
  enter(page: BrowserPage, name: string, entrance: Entrance & Pick<PageOptions, 'server'>): Promise<Person>;
  close(): void;
}

/** Bundles the page and the SDK, and serves both. */
export async function openPageSite(): Promise<PageSite> {
  const [page, sdk] = await Promise.all([bundle(PAGE, { readable: true }), bundle(ENTRY)]);
  const scripts = new Map([
    ['/main.js', page.code],
    ['/sdk.js', sdk.code],
  ]);
  const site = createServer(({ url = '' }, response) => {
    const script = scripts.get(url);
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? HTML);
  });
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  return {
    sdk: `${origin}/sdk.js`,
    async enter(page, name, entrance) {
      onTestFinished(() => page.close());
      const options: PageOptions = {
        ...{ name, sends: 'camera,microphone', reload: 'leaves', screen: 'captured' },
        ...entrance,
      };
      await page.goto(`${origin}/?${new URLSearchParams({ ...options }).toString()}`);
      const person = createPerson(page, name);
      await person.ready();
      return person;
    },
    close: () => void site.close(),
  };
}
