import { existsSync } from 'node:fs';
import path from 'node:path';

import { run } from './run.mjs';

/**
 * The real programs that some tests need. A test that needs a part lives in a file named after it
 * (`*.chromium.test.ts`) and finds it through the part's environment variable; without the part the file is
 * left out of the run and listed, so that nothing is skipped silently.
 *
 * Each row: `name`; `variable`, which carries the path to the tests and which a user may set; `programs`,
 * looked for on the PATH; `places`, where it is found otherwise; `debian`, the packages that bring it;
 * `why` and `howToGet`, for the closing block of `npm test`.
 */
export const parts = [
  {
    name: 'chromium',
    variable: 'PARLEY_CHROMIUM',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'],
    places: chromiumPlaces,
    debian: ['chromium'],
    why: 'real browsers hold a call',
    howToGet:
      'install Chrome or Chromium (Debian: apt-get install chromium), or set PARLEY_CHROMIUM to its path',
  },
];

function chromiumPlaces(env) {
  const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => env[name] ?? []);
  return [
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...windows.map((folder) => path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
    ...windows.map((folder) => path.join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe')),
  ];
}

/** The path of the part on this machine, or undefined. A path that the user named is the only one looked at. */
export function locate(part, env = process.env) {
  const named = env[part.variable];
  if (named) return existsSync(named) ? named : undefined;
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = folders.flatMap((folder) => part.programs.map((name) => path.join(folder, name + suffix)));
  return [...onPath, ...part.places(env)].find((file) => existsSync(file));
}

/** Installs the Debian packages of `missing` parts; tells in words why it could not, else undefined. */
export async function install(missing) {
  const packages = missing.flatMap((part) => part.debian);
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return 'needs Debian and root';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { code, output } = await run('/usr/bin/apt-get', args, { env });
    if (code !== 0) return `apt-get ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`;
  }
  return undefined;
}
