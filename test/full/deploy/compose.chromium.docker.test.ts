import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stablePort } from '@parley/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { forgetFrames, launchChromium, videoMoves } from '../../support/chromium.js';
import { enterCall, pictureOf, SLOW_CAMERA } from '../../support/conference-page.js';
import { openTurn } from '../../turn/support/turn-client.js';
import { writeReport } from '../support/report.js';
import { docker, runIn } from './support/docker.js';

const LONGEST_MS = 300_000;
/** Up to three people share this machine with all of it. */
const PATIENCE_MS = 60_000;
const PROJECT = 'parley-test';
/** What stands in for images that only a registry has. */
const STAND_INS = { PROXY_IMAGE: 'parley-test-haproxy', PROMETHEUS_IMAGE: 'parley-test-prometheus' };
/** Grafana comes from a registry alone. */
const LEFT_OUT = ['grafana', 'standalone'];
const TURN_SECRET = 'canary-turn-secret-of-some-length';
const KEY = { kid: 'compose', alg: 'HS256', secret: 'canary-signing-secret-of-some-length' };
const results: Record<string, unknown> = {};

let folder: string;
let settings: Record<string, string | number>;
let services: string[];
let browser: Browser;
let url: string;
let prometheus: string;
let ann: Page;
let bo: Page;

const compose = (...args: string[]): Promise<string> =>
  docker(
    ...[
      'compose',
      '-p',
      PROJECT,
      '-f',
      'deploy/compose/compose.yaml',
      '--env-file',
      path.join(folder, 'env'),
    ],
    ...args,
  );
const containerOf = (service: string): Promise<string> => compose('ps', '-aq', service);
const enter = (name: string): Promise<Page> => enterCall({ browser, url, room: 'standup' }, name);

async function seeEachOther(...people: [Page, string][]): Promise<void> {
  for (const [page] of people) await forgetFrames(page);
  for (const [page, own] of people)
    for (const [, other] of people) if (other !== own) await videoMoves(page, pictureOf(other), PATIENCE_MS);
}

/** Writes the settings of compose, with the broker that joins the processes. */
function joinBy(broker: string): Promise<void> {
  const all = Object.entries({ ...settings, BUS_URL: broker, STORE_URL: broker });
  return writeFile(path.join(folder, 'env'), all.map((pair) => `${pair.join('=')}\n`).join(''));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-compose-'));
  const [port, prometheusPort] = [await stablePort(), await stablePort()];
  [url, prometheus] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${prometheusPort}`];
  settings = {
    ...{ ...STAND_INS, COTURN_IMAGE: 'coturn/coturn:4.6' },
    ...{ PORT: port, PROMETHEUS_PORT: prometheusPort, BROKER_PASSWORD: 'broker', GRAFANA_PASSWORD: 'none' },
    ...{ CLUSTER_SECRET: 'canary-cluster-secret-of-32-bytes-or-more', TURN_SECRETS: TURN_SECRET },
    JWT_KEYS: `'${JSON.stringify([KEY])}'`,
  };
  await joinBy('redis://:broker@redis:6379');
  await runIn(process.execPath, ['scripts/images.mjs']);
  for (const name of ['haproxy', 'prometheus'])
    await docker(
      'build',
      '-t',
      `parley-test-${name}`,
      '-f',
      `test/full/deploy/images/${name}.Dockerfile`,
      'test/full/deploy/images',
    );
  services = (await compose('config', '--services')).split('\n').filter((name) => !LEFT_OUT.includes(name));
  const begun = performance.now();
  await compose('up', '--detach', '--wait', ...services);
  results['upSeconds'] = Math.round((performance.now() - begun) / 1_000);
  results['services'] = services.length;
  browser = await launchChromium([SLOW_CAMERA]);
}, LONGEST_MS);
afterAll(async () => {
  await browser?.close();
  await compose('down', '--volumes', '--timeout', '2');
  await rm(folder, { recursive: true });
  writeReport('compose', 'test/full/deploy/compose', results);
}, LONGEST_MS);

test(
  'a call is held through the proxy, with tokens of the application',
  async () => {
    [ann, bo] = [await enter('Ann'), await enter('Bo')];
    await seeEachOther([ann, 'Ann'], [bo, 'Bo']);
    // Another page's Origin gets no further than the upgrade.
    const stranger = new WebSocket(`${url.replace('http', 'ws')}/v1/connect`, 'parley.v1', {
      origin: 'https://evil.example',
    });
    const [error] = (await once(stranger, 'error')) as [Error];
    expect(error.message).toContain('403');
  },
  LONGEST_MS,
);

test(
  'F2 F8 one of both gateways is cut off from the bus: the call goes on, people come, and nobody is told to have left',
  async () => {
    const gateway = await containerOf('gateway-1');
    await docker('network', 'disconnect', `${PROJECT}_bus`, gateway);
    const begun = performance.now();
    await expect
      .poll(() => docker('logs', gateway), { timeout: 30_000, interval: 500 })
      .toContain('gateway-degraded');
    const cy = await enter('Cy');
    results['joinedWhileCutOffSeconds'] = Math.round((performance.now() - begun) / 1_000);
    await seeEachOther([ann, 'Ann'], [bo, 'Bo'], [cy, 'Cy']);
    await docker('network', 'connect', `${PROJECT}_bus`, gateway);
    await expect
      .poll(() => docker('logs', gateway), { timeout: 30_000, interval: 500 })
      .toContain('gateway-recovered');
    await seeEachOther([ann, 'Ann'], [bo, 'Bo'], [cy, 'Cy']);
    await cy.context().close();
    await ann.waitForSelector(pictureOf('Cy'), { state: 'detached' });
  },
  LONGEST_MS,
);

test(
  'K1 SIGTERM drains either gateway within its grace period; the call goes on over the other one',
  async () => {
    for (const name of ['gateway-1', 'gateway-2']) {
      const gateway = await containerOf(name);
      const begun = performance.now();
      await docker('stop', '--timeout', '55', gateway);
      const seconds = Math.round((performance.now() - begun) / 1_000);
      results[`${name} drained in seconds`] = seconds;
      expect(await docker('inspect', '-f', '{{.State.ExitCode}}', gateway)).toBe('0');
      expect(seconds).toBeLessThan(55);
      const di = await enter('Di');
      await seeEachOther([ann, 'Ann'], [bo, 'Bo'], [di, 'Di']);
      await di.context().close();
      await compose('up', '--detach', '--wait', name);
    }
  },
  LONGEST_MS,
);

test(
  'X9 members get credentials for the TURN server, over HTTP through the proxy, and it takes them',
  async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      sub: 'ann',
      exp: Math.floor(Date.now() / 1_000) + 60,
      parley: { room: 'standup', roomJoin: true },
    };
    const text = `${part({ alg: 'HS256', kid: KEY.kid })}.${part(claims)}`;
    const token = `${text}.${createHmac('sha256', KEY.secret).update(text).digest('base64url')}`;
    const answer = await fetch(`${url}/v1/ice-servers`, {
      headers: { authorization: `Bearer ${token}`, origin: url },
    });
    const { iceServers } = (await answer.json()) as {
      iceServers: { username?: string; credential?: string }[];
    };
    const { username = '', credential = '' } = iceServers.find((one) => one.credential !== undefined) ?? {};
    const client = await openTurn(3478, { username, credential });
    expect(await client.allocate()).toMatchObject({ ok: true });
    client.close();
    const said = await compose('logs', 'coturn');
    expect(said).not.toMatch(new RegExp(`${TURN_SECRET}|${username}|Bad configuration`));
  },
  LONGEST_MS,
);

test(
  'O4 Prometheus scrapes every process, and has the rules',
  async () => {
    const ask = async (path: string): Promise<{ data: Record<string, { health?: string }[]> }> =>
      (await (await fetch(`${prometheus}/api/v1/${path}`)).json()) as never;
    const up = async (): Promise<(string | undefined)[]> =>
      ((await ask('targets')).data['activeTargets'] ?? []).map(({ health }) => health);
    await expect.poll(up, { timeout: 30_000, interval: 1_000 }).toEqual(Array(5).fill('up'));
    expect((await ask('rules')).data['groups']?.length).toBeGreaterThan(0);
  },
  LONGEST_MS,
);

test(
  'the same over NATS: after the processes are joined by it, the people in the call find each other again',
  async () => {
    await joinBy('nats://parley:broker@nats:4222');
    await compose('up', '--detach', '--wait', ...services);
    await seeEachOther([ann, 'Ann'], [bo, 'Bo']);
    const ed = await enter('Ed');
    await seeEachOther([ann, 'Ann'], [bo, 'Bo'], [ed, 'Ed']);
    expect(await compose('exec', '-T', 'gateway-1', 'printenv', 'BUS_URL')).toContain('nats://');
    await ed.context().close();
  },
  LONGEST_MS,
);
