import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as Sdk from '@parley/client';

/** What the pages of an SDK site have in their global scope once they are loaded. */
export interface SdkPage {
  readonly parley: typeof Sdk;
}

/** A site of its own whose one page, empty but for a video, has loaded the built SDK from another origin. */
export interface SdkSite {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page on a free port; `server` is the address of the app that serves `/sdk.js`. */
export async function startSdkSite(server: string): Promise<SdkSite> {
  const page = `<!doctype html>
<title>SDK</title>
<video autoplay playsinline muted></video>
<script type="module">import * as parley from '${server}/sdk.js'; globalThis.parley = parley;</script>
`;
  const site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    async close() {
      site.closeAllConnections();
      await new Promise<void>((resolve) => site.close(() => resolve()));
    },
  };
}
