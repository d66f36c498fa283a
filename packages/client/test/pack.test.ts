import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createViteProject } from '../../../test/support/vite-project.js';
import type { ViteProject } from '../../../test/support/vite-project.js';

/** What an application in TypeScript may write, and two lines that must not compile. */
const MAIN = `
import { createMeshCall, createSignalingClient, SignalingError } from '@parley/client';
import type { MeshCall, Participant } from '@parley/client';

const app = document.querySelector<HTMLDivElement>('#app')!;
const signaling = createSignalingClient({ urls: 'wss://example.org/v1/connect', room: 'standup' });
const call: MeshCall = createMeshCall({ signaling });
const names = new Map<string, string | undefined>();
signaling.on('joined', ({ participant }: { participant: Participant }) => {
  names.set(participant.id, participant.name);
  app.textContent = [...names.values()].join();
});
call.on('track', ({ from, source, track }) => console.log(from, source.length, track.kind));
call.channel('chat').on('message', ({ data }) => console.log(data));
// @ts-expect-error There is no such event.
call.on('tracks', () => undefined);
// @ts-expect-error A room is needed.
createSignalingClient({ urls: [] });
signaling.join().catch((error: unknown) => {
  if (error instanceof SignalingError && error.code === 'room_full') console.log(error.retryAfterMs);
});
`;

let project: ViteProject;

beforeAll(async () => {
  project = await createViteProject();
  await project.write('src/main.ts', MAIN);
});

afterAll(() => project?.remove());

test('the packed client installs into an empty Vite project without a registry, as the only package', async () => {
  const { dependencies } = JSON.parse(await readFile(path.join(project.folder, 'package.json'), 'utf8')) as {
    readonly dependencies: object;
  };
  expect(Object.keys(dependencies)).toEqual(['@parley/client']);
  const installed = await readdir(path.join(project.folder, 'node_modules'), { withFileTypes: true });
  const folders = installed.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  expect(folders.map(({ name }) => name)).toEqual(['@parley']);
  expect(await readdir(path.join(project.folder, 'node_modules/@parley'))).toEqual(['client']);
});

test('the project type-checks, the declarations of the client included', async () => {
  await project.typeCheck();
  const all = ['--skipLibCheck', 'false', '--types', '', '--exactOptionalPropertyTypes'];
  await project.typeCheck(...all, '--noUncheckedIndexedAccess');
});

test('`vite build` puts the client into what it builds', async () => {
  await project.build();
  const assets = path.join(project.folder, 'dist/assets');
  const [script = ''] = (await readdir(assets)).filter((file) => file.endsWith('.js'));
  const code = await readFile(path.join(assets, script), 'utf8');
  for (const part of ['parley.v1', 'addIceCandidate', 'wss://example.org']) expect(code).toContain(part);
  expect(code).not.toMatch(/\bfrom\s*["'`]@parley/);
  expect(await readFile(path.join(project.folder, 'dist/index.html'), 'utf8')).toContain(script);
});

test('the packed client runs as it is, outside of a browser as well', async () => {
  const file = path.join(project.folder, 'run.mjs');
  await writeFile(file, "export * from '@parley/client';");
  const client = (await import(pathToFileURL(file).href)) as object;
  expect(Object.keys(client)).toEqual(expect.arrayContaining(['createMeshCall', 'createSignalingClient']));
});
