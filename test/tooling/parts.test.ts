import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { locate } from '../../scripts/parts.mjs';

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
