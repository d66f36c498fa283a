import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { fateOf, install, locate, lookFor, parts, partsOf } from '../../scripts/parts.mjs';
import { judgeUws } from '../../scripts/parts/uws.mjs';
import { root } from '../../scripts/run.mjs';
import { loadUws } from '../../services/gateway/src/socket/uws-binding.js';

const part = {
  name: 'broker',
  variable: 'PARLEY_BROKER',
  programs: ['broker-server'],
  places: () => [] as string[],
  debian: [],
  why: 'messages cross a real broker',
  howToGet: 'install it',
};

function folderWithProgram() {
  const folder = mkdtempSync(path.join(tmpdir(), '파를리 part '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = path.join(folder, process.platform === 'win32' ? 'broker-server.exe' : 'broker-server');
  writeFileSync(program, '');
  return { folder, program };
}

test('[tooling] a part is found on the PATH, or not at all', () => {
  const { folder, program } = folderWithProgram();
  expect(locate(part, { PATH: ['/nowhere', folder].join(path.delimiter) })).toBe(program);
  expect(locate(part, { PATH: '/nowhere' })).toBeUndefined();
});

test('[tooling] a part is found in its well-known places', () => {
  const { program } = folderWithProgram();
  expect(locate({ ...part, places: () => ['/nowhere/x', program] }, {})).toBe(program);
});

test('[tooling] the path that a user names is the only one looked at', () => {
  const { folder, program } = folderWithProgram();
  expect(locate(part, { PARLEY_BROKER: program })).toBe(program);
  expect(locate(part, { PARLEY_BROKER: '/nowhere', PATH: folder })).toBeUndefined();
});

test('[tooling] a part that is not a program says itself whether it is there', () => {
  const refused = { found: false, problem: 'too old', impossible: true };
  expect(lookFor({ ...part, look: () => refused })).toBe(refused);
  expect(lookFor(part, { env: { PATH: '/nowhere' } })).toEqual({ found: false, path: undefined });
});

test('[tooling] a server is on the PATH, else brought by Docker, but never instead of a path that the user named', () => {
  const { folder, program } = folderWithProgram();
  const server = { ...part, image: 'broker:1' };
  const asked: string[] = [];
  const hasImage = (image: string): boolean => asked.push(image) > 0;
  const look = (env: Record<string, string>, containers = true) =>
    lookFor(server, { env, containers, hasImage }) as { found: boolean; path?: string };
  expect(look({ PATH: folder }).path).toBe(program);
  expect(look({ PATH: '/nowhere' }, false).found).toBe(false);
  expect(look({ PARLEY_BROKER: '/nowhere', PATH: folder }).found).toBe(false);
  expect(asked).toEqual([]);
  expect(look({ PATH: '/nowhere' })).toEqual({ found: true, path: 'docker' });
  expect(look({ PARLEY_BROKER: 'docker', PATH: folder })).toEqual({ found: true, path: 'docker' });
  expect(asked).toEqual(['broker:1', 'broker:1']);
  expect(lookFor(server, { env: { PATH: '/nowhere' }, containers: true, hasImage: () => false }).found).toBe(
    false,
  );
});

test('[tooling] a test file needs the parts in its name, and those that they come with', () => {
  const table = [
    { ...part, name: 'chromium' },
    { ...part, name: 'firefox', with: ['chromium'] },
    { ...part, name: 'redis' },
    { ...part, name: 'nats' },
  ];
  const names = (file: string) => partsOf(file, table).map(({ name }: { name: string }) => name);
  expect(names('test/browser/call.chromium.test.ts')).toEqual(['chromium']);
  expect(names('test/browser/call.firefox.test.ts')).toEqual(['chromium', 'firefox']);
  expect(names('test/e2e/cluster.nats.redis.test.ts')).toEqual(['redis', 'nats']);
  expect(names('test/redis.test.ts')).toEqual([]);
  expect(names('test/x.redis.d/plain.test.ts')).toEqual([]);
  expect(partsOf('a.firefox.test.ts', parts).map(({ name }: { name: string }) => name)).toEqual([
    'chromium',
    'firefox',
  ]);
});

test('[tooling] a file is impossible only where every part that it lacks is', () => {
  const [here, lacking, refused] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const looks = new Map([
    [here, { found: true }],
    [lacking, { found: false }],
    [refused, { found: false, impossible: true }],
  ]);
  expect(fateOf([here], looks)).toBe('run');
  expect(fateOf([here, lacking], looks)).toBe('not-run');
  expect(fateOf([here, refused], looks)).toBe('impossible');
  expect(fateOf([lacking, refused], looks)).toBe('not-run');
});

test('[tooling] what no Debian package brings is not installed', async () => {
  expect(await install([part])).toBe('no Debian package brings it');
});

test('[tooling] U1 a binary is impossible where the system refuses it or none exists, and a fault otherwise', () => {
  const tooOld = "/lib/libm.so.6: version `GLIBC_2.38' not found (required by /x/uws.node)";
  const absent = "Cannot find module '@uwsjs/linux-x64-22'";
  const listed = { isListed: true, glibc: '2.36' };
  expect(judgeUws({ ...listed, problem: tooOld })).toEqual({
    found: false,
    problem: tooOld,
    impossible: true,
  });
  expect(judgeUws({ ...listed, problem: absent })).toMatchObject({ found: false, impossible: false });
  expect(judgeUws({ ...listed, problem: 'uws.node: file too short' })).toMatchObject({ impossible: false });
  expect(judgeUws({ ...listed, problem: 'ended with SIGSEGV' })).toMatchObject({ impossible: false });
  expect(judgeUws({ ...listed, problem: absent, glibc: undefined })).toMatchObject({ impossible: true });
  expect(judgeUws({ ...listed, problem: absent, isListed: false })).toMatchObject({ impossible: true });
});

test('[tooling] U1 the packages for Node 20, 22 and 24 on Linux x64 are listed, so that their absence is a fault', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: object;
  };
  const listed = Object.keys(optionalDependencies).filter((name) => name.startsWith('@uwsjs/'));
  expect(listed).toEqual(['@uwsjs/linux-x64-20', '@uwsjs/linux-x64-22', '@uwsjs/linux-x64-24']);
});

test('[tooling] U1 the runner finds uWebSockets.js exactly where the gateway does', () => {
  const uws = parts.find(({ name }: { name: string }) => name === 'uws');
  if (lookFor(uws).found) expect(loadUws).not.toThrow();
  else expect(loadUws).toThrow('cannot be used');
});
