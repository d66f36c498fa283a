import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../tools/bundle.mjs';
import { pack } from '../tools/pack.mjs';

const run = promisify(execFile);
const tsc = path.resolve(import.meta.dirname, '../../../node_modules/.bin/tsc');

/** What an application in TypeScript may write, and two lines that must not compile. */
const MAIN = `
import { createMeshCall, createSignalingClient, SignalingError } from '@parley/client';
import type { MeshCall, Participant } from '@parley/client';

const signaling = createSignalingClient({ urls: 'wss://example.org/v1/connect', room: 'standup' });
const call: MeshCall = createMeshCall({ signaling });
const names = new Map<string, string | undefined>();
signaling.on('joined', ({ participant }: { participant: Participant }) => {
  names.set(participant.id, participant.name);
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

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2023', 'dom'],
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    types: [],
    noEmit: true,
  },
  include: ['*.ts'],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-consumer-'));
  const tarball = await pack(folder);
  await writeFile(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await writeFile(path.join(folder, 'main.ts'), MAIN);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true }));

test('the packed client installs without a registry, as the only package', async () => {
  expect(await readdir(path.join(folder, 'node_modules/@parley'))).toEqual(['client']);
  expect((await readdir(path.join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
    '@parley',
  ]);
});

test('an application type-checks against it, its declarations included', async () => {
  await expect(run(tsc, ['-p', folder])).resolves.toMatchObject({ stdout: '' });
});

test('an application bundles it, and it runs', async () => {
  const input = path.join(folder, 'main.ts');
  const { code, sizes } = await bundle(input);
  expect([...sizes.keys()].filter((file) => file.includes('node_modules'))).toHaveLength(1);
  expect(code).not.toMatch(/\bimport\b[^(]*from/);
  await writeFile(path.join(folder, 'run.mjs'), "export * from '@parley/client';");
  const client = (await import(path.join(folder, 'run.mjs'))) as object;
  expect(Object.keys(client)).toEqual(expect.arrayContaining(['createMeshCall', 'createSignalingClient']));
});
