import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { locate, parts } from '../parts.mjs';
import { root } from '../run.mjs';
import { smallPng } from './small-png.mjs';

/** The host that the pictures show; Chromium takes it for this machine. */
const HOST = 'meet.example.com';
const IMAGES = path.join(root, 'docs', 'images');
/** Nine people on one machine take their time. */
const PATIENCE_MS = 180_000;
const IN_PAGE = ['portrait.js', 'slide.js', 'devices.js'];

/** Starts `npm start -- --lan` on free ports, with state of its own; resolves to `{ port, stop }`. */
export async function startServer() {
  const state = await mkdtemp(path.join(tmpdir(), 'parley-pictures-'));
  const env = { ...process.env, PORT: '0', ADMIN_PORT: '0', XDG_STATE_HOME: state, LOCALAPPDATA: state };
  const main = path.join(root, 'apps', 'standalone', 'dist', 'main.js');
  const child = spawn(process.execPath, [main, '--lan'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  const port = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const [, found] = /Parley is ready on https:\/\/[\d.]+:(\d+)/.exec(output) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(state, { recursive: true, force: true });
  };
  return { port, stop };
}

/** A real Chromium for which `HOST` is the server at `port`. */
export function launch(port) {
  const executablePath = locate(parts.find(({ name }) => name === 'chromium'));
  if (!executablePath) throw new Error('no Chromium: install it, or set PARLEY_CHROMIUM to its path');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--hide-scrollbars',
      `--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${port}`,
    ],
  });
}

/**
 * What scenes are made with, in one browser. `open` shows somebody the lobby of a room, `join` brings them into the call,
 * `shoot` writes a picture once nothing moves any more but the people; `close` ends everybody's visit.
 */
export function createStudio(browser) {
  const open = async (
    person,
    { room, context = {}, refuse = false, small = false, extra = false, path: where } = {},
  ) => {
    const own = await browser.newContext({
      ...{ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'], locale: 'en-US' },
      ...{ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...context },
    });
    const [size, rate] = small ? [[480, 270], 2] : [[960, 540], 6];
    await own.addInitScript(`globalThis.studio = ${JSON.stringify({ person, refuse, extra, size, rate })};`);
    await own.addInitScript(`localStorage.setItem('parley.name', ${JSON.stringify(person.name)});`);
    for (const file of IN_PAGE)
      await own.addInitScript({ path: path.join(import.meta.dirname, 'in-page', file) });
    const page = await own.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`https://${HOST}${where ?? `/r/${encodeURIComponent(room)}`}`);
    await page.locator('#app > *').first().waitFor();
    return page;
  };
  const join = async (person, options) => {
    const page = await open(person, options);
    if (!options.refuse) await page.locator('.preview video').waitFor();
    await page.locator('.join-form button').click();
    await page.locator('.control-bar').waitFor();
    return page;
  };
  const shoot = async (page, name, people = 1) => {
    await page.mouse.move(0, 0);
    await page.waitForFunction(isCalm, people);
    const good = page.waitForFunction(isWell, undefined, { timeout: 40_000 });
    await good.catch(() => process.stdout.write(`${name}: poor connections: this machine is busy\n`));
    for (const one of browser.contexts().flatMap((context) => context.pages()))
      await one.evaluate(() => (globalThis.studio.still = true));
    await page.evaluate(countPictures);
    await page.waitForFunction(isSharp);
    await page.waitForFunction(isCalm, people);
    const picture = smallPng(await page.screenshot());
    await writeFile(path.join(IMAGES, `${name}.png`), picture);
    process.stdout.write(`${`${name}.png`.padEnd(26)} ${Math.round(picture.length / 1024)} KB\n`);
  };
  const close = async () => {
    for (const context of browser.contexts()) await context.close();
  };
  return { open, join, shoot, close };
}

/** In the page: every connection was measured, and is good. */
function isWell() {
  const bars = [...document.querySelectorAll('.tile .signal-bars')];
  return bars.every(({ dataset }) => dataset.quality === 'good');
}

/** In the page: so many are there, every picture has its full size, and nothing is passing by. */
function isCalm(people) {
  const videos = [...document.querySelectorAll('video')];
  const whole = videos.every((video) => video.videoWidth >= 480 && video.readyState >= 2);
  const all = document.querySelectorAll('.tile').length >= people || people === 1;
  return all && whole && !document.querySelector('.notice, .tile:not([data-state="fine"])');
}

/** In the page: begins to count the pictures that videos show. */
function countPictures() {
  for (const video of document.querySelectorAll('video'))
    video.shownBefore = video.getVideoPlaybackQuality().totalVideoFrames;
}

/** In the page: every video has shown eight more pictures. */
function isSharp() {
  const shown = (video) => video.getVideoPlaybackQuality().totalVideoFrames - (video.shownBefore ?? 0);
  return [...document.querySelectorAll('video')].every((video) => shown(video) >= 8);
}
