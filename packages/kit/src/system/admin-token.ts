import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.js';

const MIN_CHARACTERS = 16;

/**
 * The admin token: as it is set, else what the file holds, without white space around it; undefined if neither is set.
 * Throws a ConfigError, which never shows it, when both are set, or the file cannot be read or holds too little.
 */
export function loadAdminToken(config: {
  readonly adminToken: string | undefined;
  readonly adminTokenFile: string | undefined;
}): string | undefined {
  const { adminToken, adminTokenFile: file } = config;
  if (file === undefined) return adminToken;
  if (adminToken !== undefined) throw new ConfigError(['ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set']);
  const token = read(file);
  if (token.length >= MIN_CHARACTERS) return token;
  throw new ConfigError([`ADMIN_TOKEN_FILE: must hold ${MIN_CHARACTERS} characters or more`]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigError([`ADMIN_TOKEN_FILE: cannot be read (${code})`]);
  }
}
