import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { writeReport } from '../support/report.js';
import { docker, runIn } from './support/docker.js';

const LONGEST_MS = 900_000;
const results: Record<string, unknown> = {};
const JWT_KEYS = JSON.stringify([{ kid: 'a', alg: 'HS256', secret: 'canary-signing-secret-of-some-length' }]);
const SETTINGS = {
  ...{ AUTH_MODE: 'jwt', JWT_KEYS, ALLOWED_ORIGINS: 'https://example.org' },
  ...{
    BUS_URL: 'memory:',
    STORE_URL: 'memory:',
    CLUSTER_SECRET: 'canary-cluster-secret-of-32-bytes-or-more',
  },
  ...{ DRAIN_WINDOW_S: '2' },
};
const NAMES = ['application', 'gateway', 'rooms', 'standalone', 'turn-credentials'];
const imageOf = (name: string): string => `parley/${name}:0.1.0`;

let printed = '';
beforeAll(async () => {
  const begun = performance.now();
  printed = await runIn(process.execPath, ['scripts/images.mjs']);
  results['buildSeconds'] = Math.round((performance.now() - begun) / 1_000);
}, LONGEST_MS);
afterAll(() => writeReport('images', 'test/full/deploy/images', results));

test('K10 npm run images prints every image of ours that deploy/ names, one a line', () => {
  expect(printed.split('\n')).toEqual(NAMES.map(imageOf));
});

describe.each(NAMES)('image %s', (name) => {
  test(
    'runs read-only, not as root, without capabilities; SIGTERM ends it with 0',
    async () => {
      const env = Object.entries(SETTINGS).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
      const container = await docker(
        ...['run', '-d', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
        ...['--pids-limit', '100', '--memory', '256m', ...env, imageOf(name)],
      );
      onTestFinished(() => docker('rm', '-f', container).then(() => undefined));
      await expect.poll(() => docker('logs', container), { timeout: 20_000 }).toMatch(/^Parley /m);
      expect(await docker('exec', container, 'id', '-u')).toBe('1000');
      const capabilities = await docker('exec', container, 'grep', 'Cap', '/proc/1/status');
      expect(capabilities.match(/0{16}/g)).toHaveLength(5);
      await expect(docker('exec', container, 'touch', '/app/x')).rejects.toThrow(/Read-only file system/);
      const begun = performance.now();
      await docker('stop', '-t', '20', container);
      expect(await docker('inspect', '-f', '{{.State.ExitCode}}', container)).toBe('0');
      expect(performance.now() - begun).toBeLessThan(15_000);
    },
    LONGEST_MS,
  );

  test(
    'says what it is and what it holds, and is small',
    async () => {
      const [{ Config, Size }] = JSON.parse(await docker('image', 'inspect', imageOf(name))) as [
        { Config: { User: string; Labels: Record<string, string> }; Size: number },
      ];
      expect(Config.User).toBe('1000:1000');
      expect(Config.Labels).toMatchObject({
        'org.opencontainers.image.title': expect.stringContaining('Parley') as string,
        'org.opencontainers.image.version': '0.1.0',
        'org.opencontainers.image.licenses': 'Apache-2.0',
      });
      const inside = (...command: string[]): Promise<string> =>
        docker('run', '--rm', '--entrypoint', command[0] ?? '', imageOf(name), ...command.slice(1));
      const sbom = JSON.parse(await inside('cat', Config.Labels['parley.sbom'] ?? '')) as {
        components: { name: string; purl: string }[];
      };
      const modules = (
        await inside('sh', '-c', 'find node_modules -name package.json -maxdepth 3 | wc -l')
      ).trim();
      if (name === 'gateway')
        expect(sbom.components.map((one) => one.name)).toEqual(
          expect.arrayContaining(['zod', 'ioredis', '@uwsjs/linux-x64-22']),
        );
      expect(sbom.components.every(({ purl }) => purl.startsWith('pkg:npm/'))).toBe(true);
      expect(sbom.components.map((one) => one.name)).not.toEqual(
        expect.arrayContaining(['vitest', 'testcontainers']),
      );
      const [{ Size: base }] = JSON.parse(
        await docker('image', 'inspect', process.env['BASE_IMAGE'] ?? 'node:22-bookworm-slim'),
      ) as [{ Size: number }];
      results[name] = {
        megabytesBesideBase: Math.round((Size - base) / 1e6),
        components: sbom.components.length,
        modules: Number(modules),
      };
      expect(Size - base).toBeLessThan(40e6);
    },
    LONGEST_MS,
  );
});

test(
  'U1 all of it is built without BuildKit too, and a binary that cannot load fails the build',
  async () => {
    const build = (...args: string[]): Promise<string> =>
      runIn('docker', ['build', '-f', 'deploy/docker/Dockerfile', '-t', 'parley-test-legacy', ...args, '.'], {
        DOCKER_BUILDKIT: '0',
      });
    await build('--target', 'gateway');
    expect(await docker('run', '--rm', 'parley-test-legacy', '--help')).toContain('BUS_URL');
    // What the check of the Dockerfile does, on a runtime for which there is no binary.
    await expect(
      docker(
        'run',
        '--rm',
        '--entrypoint',
        'node',
        'parley-test-legacy',
        '-e',
        "require('@uwsjs/linux-x64-18')",
      ),
    ).rejects.toThrow(/Cannot find module/);
  },
  LONGEST_MS,
);
