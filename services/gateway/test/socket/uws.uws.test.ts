import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { createUwsServer } from '../../src/socket/socket-uws.js';
import { createWsServer } from '../../src/socket/socket-ws.js';
import { loadUws } from '../../src/socket/uws-binding.js';
import type { UwsApp, UwsBinding } from '../../src/socket/uws-binding.js';
import { socketConformance } from './conformance.js';
import { crankedClock } from './cranked-clock.js';
import { rig } from './rig.js';
import type { Driver } from './rig.js';

// Where no binary loads this throws: the test runner then leaves the whole file out and lists it as not run.
const uws = loadUws();
const driver: Driver = { name: 'uws', create: (options, clock) => createUwsServer(uws, options, clock) };

socketConformance(driver);

test('U9 by default the binary is told 32 s and to send pings; compression is off', () => {
  const behaviors: object[] = [];
  const app = { ws: (_path: string, behavior: object) => behaviors.push(behavior), any: () => undefined };
  const spy: UwsBinding = { ...uws, App: () => app as unknown as UwsApp };
  const route = { path: '/ws', subprotocols: [], decide: () => ({ refuse: { status: 403 } }) };
  createUwsServer(spy, { upgrades: [route], routes: [], onFault: () => undefined }, crankedClock());
  expect(behaviors).toEqual([
    expect.objectContaining({
      idleTimeout: 32,
      sendPingsAutomatically: true,
      maxPayloadLength: 64 * 1024,
      compression: 0,
    }),
  ]);
});

test('U11 another process cannot share the port even where it asks to', async () => {
  const { port } = await rig(driver);
  const name = `@uwsjs/${process.platform}-${process.arch}-${process.versions.node.split('.')[0]}`;
  const script = `require('${name}').App().listen('127.0.0.1', ${port}, 0, (t) => { console.log(Boolean(t)); process.exit(); })`;
  const child = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', cwd: import.meta.dirname });
  expect(child.stdout.trim()).toBe('false');
});

test('U11 the two drivers refuse each other', async () => {
  const { port } = await rig(driver);
  const second = createWsServer({ upgrades: [], routes: [], onFault: () => undefined }, crankedClock());
  await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'address-in-use' });
  await second.dispose();
});
