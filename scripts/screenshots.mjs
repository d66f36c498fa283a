/**
 * `npm run screenshots [-- name…]`: takes the pictures in docs/images from the real page, served by the real server, in a
 * real Chromium. With names, only those whose name contains one of them.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { root } from './run.mjs';
import { SCENES } from './screenshots/scenes.mjs';
import { createStudio, launch, startServer } from './screenshots/studio.mjs';

const wanted = process.argv.slice(2);
mkdirSync(path.join(root, 'docs', 'images'), { recursive: true });
const server = await startServer();
const browser = await launch(server.port);
try {
  const studio = createStudio(browser);
  for (const [name, scene] of SCENES) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    await scene(studio, name, server);
    await studio.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
