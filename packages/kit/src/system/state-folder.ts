import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Where the state folder is decided from; the defaults are those of this process. */
export interface StateFolderFacts {
  readonly platform?: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}

/**
 * The folder for what Parley keeps between runs for this user: `$XDG_STATE_HOME/parley` or `~/.local/state/parley`,
 * `~/Library/Application Support/parley` on macOS, `%LOCALAPPDATA%\parley` on Windows. It need not exist.
 */
export function stateFolder(facts: StateFolderFacts = {}): string {
  const { platform = process.platform, env = process.env, home = homedir() } = facts;
  if (platform === 'win32') {
    return win32.join(env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'parley');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'parley');
  const told = env['XDG_STATE_HOME'];
  // The XDG specification: a relative path is to be ignored.
  const base = told !== undefined && posix.isAbsolute(told) ? told : posix.join(home, '.local', 'state');
  return posix.join(base, 'parley');
}
