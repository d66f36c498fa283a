import { stablePort } from '@parley/testkit';

import type { BrowserPage } from '../../support/browser-page.js';
import { startStandalone } from '../../support/standalone-process.js';
import { openPageSite } from './page-site.js';
import type { Entrance } from './page-site.js';
import type { Person } from './person.js';

export type { Entrance } from './page-site.js';

/** A standalone app, which serves the SDK, and a page that uses it on a server of its own, as applications have one. */
export interface Stage {
  /** See `PageSite`. */
  enter(page: BrowserPage, name: string, entrance: Entrance): Promise<Person>;
  /** Kills the app without a warning and starts it again on the same port; resolves when it is ready. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts both. */
export async function openStage(): Promise<Stage> {
  const PORT = String(await stablePort());
  const [site, first] = await Promise.all([openPageSite(), startStandalone({ PORT })]);
  let app = first;
  return {
    enter: (page, name, entrance) => site.enter(page, name, { server: app.url, ...entrance }),
    async restart() {
      await app.kill();
      app = await startStandalone({ PORT });
    },
    async close() {
      site.close();
      await app.stop();
    },
  };
}
