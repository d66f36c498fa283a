import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadClusterSecret, SecretFileError, stateFolder } from '../src/index.js';

const root = mkdtempSync(join(tmpdir(), 'parley 한글 '));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
const newFolder = (): string => join(root, `state-${made++}`, 'parley');

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SecretFileError) return error.code;
    throw error;
  }
  return 'none';
}

describe('cluster secret', () => {
  test('the configured value wins and needs no folder', () => {
    const folder = newFolder();
    expect(loadClusterSecret({ value: 'x'.repeat(32), folder })).toBe('x'.repeat(32));
    expect(() => statSync(folder)).toThrow();
  });

  test('X3 a secret below 32 bytes is refused, and not repeated', () => {
    expect(codeOf(() => loadClusterSecret({ value: 'canary' }))).toBe('too-short');
    expect(() => loadClusterSecret({ value: 'canary' })).not.toThrow('canary');
    expect(() => loadClusterSecret({ value: 'canary' })).toThrow('CLUSTER_SECRET');
  });

  test('it is made once, survives a restart, and only its user may read it', () => {
    const folder = newFolder();
    const secret = loadClusterSecret({ folder });
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(loadClusterSecret({ value: '', folder })).toBe(secret);
    expect(loadClusterSecret({ folder: newFolder() })).not.toBe(secret);
    expect(readdirSync(folder)).toEqual(['cluster-secret']);
    if (process.platform !== 'win32')
      expect(statSync(join(folder, 'cluster-secret')).mode & 0o777).toBe(0o600);
  });

  test('processes that start at once all get the same', async () => {
    const folder = newFolder();
    const module = new URL('../src/system/secret-file.ts', import.meta.url);
    const { outputText } = await import('typescript').then(async ({ default: ts }) => {
      const { readFileSync } = await import('node:fs');
      return ts.transpileModule(readFileSync(module, 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      });
    });
    const script = outputText.replace(/import \{ stateFolder \}.*\n/, 'const stateFolder = () => "";\n');
    const file = join(root, 'secret-file.mjs');
    writeFileSync(file, `${script}\nprocess.stdout.write(loadClusterSecret({ folder: process.argv[2] }));\n`);
    const run = promisify(execFile);
    const secrets = await Promise.all(
      Array.from({ length: 6 }, async () => (await run(process.execPath, [file, folder])).stdout),
    );
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(secrets).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['cluster-secret']);
  });

  test.skipIf(process.platform === 'win32')('a file that others may read is refused', () => {
    const folder = newFolder();
    loadClusterSecret({ folder });
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(join(folder, 'cluster-secret'), mode);
      expect(codeOf(() => loadClusterSecret({ folder }))).toBe('exposed');
    }
  });

  test.skipIf(process.platform === 'win32')('a symbolic link, a folder or a cut file is refused', () => {
    const linked = newFolder();
    mkdirSync(linked, { recursive: true });
    symlinkSync('/dev/null', join(linked, 'cluster-secret'));
    expect(codeOf(() => loadClusterSecret({ folder: linked }))).toBe('unusable');
    const nested = newFolder();
    mkdirSync(join(nested, 'cluster-secret'), { recursive: true });
    expect(codeOf(() => loadClusterSecret({ folder: nested }))).toBe('unusable');
    const cut = newFolder();
    mkdirSync(cut, { recursive: true });
    writeFileSync(join(cut, 'cluster-secret'), 'abc', { mode: 0o600 });
    expect(codeOf(() => loadClusterSecret({ folder: cut }))).toBe('too-short');
  });

  test('a folder that cannot be made is told with what to do instead', () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    expect(() => loadClusterSecret({ folder: join(file, 'parley') })).toThrow('set CLUSTER_SECRET');
  });
});

describe('state folder', () => {
  const home = '/home/ann';
  test('Linux: XDG_STATE_HOME, else ~/.local/state; a relative one is ignored', () => {
    const of = (env: Record<string, string>) => stateFolder({ platform: 'linux', env, home });
    expect(of({})).toBe('/home/ann/.local/state/parley');
    expect(of({ XDG_STATE_HOME: '/var/state' })).toBe('/var/state/parley');
    expect(of({ XDG_STATE_HOME: 'state' })).toBe('/home/ann/.local/state/parley');
  });

  test('macOS and Windows', () => {
    expect(stateFolder({ platform: 'darwin', env: {}, home })).toBe(
      '/home/ann/Library/Application Support/parley',
    );
    const windows = (env: Record<string, string>) =>
      stateFolder({ platform: 'win32', env, home: 'C:\\Users\\ann' });
    expect(windows({ LOCALAPPDATA: 'D:\\Local' })).toBe('D:\\Local\\parley');
    expect(windows({})).toBe('C:\\Users\\ann\\AppData\\Local\\parley');
  });
});
