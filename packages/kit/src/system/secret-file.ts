import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './state-folder.js';

/** Why there is no cluster secret. The message says what to do, and never shows the secret. */
export class SecretFileError extends Error {
  readonly code: 'too-short' | 'exposed' | 'unusable';
  constructor(code: SecretFileError['code'], message: string) {
    super(message);
    this.name = 'SecretFileError';
    this.code = code;
  }
}

/** Where to take the secret from. */
export interface ClusterSecretOptions {
  /** CLUSTER_SECRET from the configuration; wins when it is there. */
  readonly value?: string | undefined;
  /** Default: the user's state folder. */
  readonly folder?: string;
}

/** Bytes that a secret has at least (32 random ones when it is made here). */
export const SECRET_BYTES = 32;

const FILE_NAME = 'cluster-secret';

/**
 * The cluster's secret: what the configuration gives, else what the file `cluster-secret` in the state folder holds,
 * made at first use (64 hex digits, readable by its user alone, all or nothing: of two processes that start at once
 * both get the same). Throws a SecretFileError when it is short, when others may read the file, or when it is no file.
 */
export function loadClusterSecret(options: ClusterSecretOptions = {}): string {
  const { value, folder = stateFolder() } = options;
  if (value !== undefined && value !== '') return checked(value, 'CLUSTER_SECRET');
  const path = join(folder, FILE_NAME);
  try {
    return readSecret(path) ?? createSecret(folder, path);
  } catch (error) {
    if (error instanceof SecretFileError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SecretFileError('unusable', `cannot keep a secret in ${path} (${reason}): set CLUSTER_SECRET`);
  }
}

function readSecret(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new SecretFileError('unusable', `${path} is not a plain file`);
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw new SecretFileError('exposed', `others may read ${path}: delete it, or chmod 600 if nobody did`);
  }
  return checked(readFileSync(path, 'utf8').trim(), path);
}

/** Written beside and then linked, which fails if another process was first: a half-written file is never seen. */
function createSecret(folder: string, path: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(SECRET_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    chmodSync(draft, 0o600);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(path);
  if (secret === undefined) throw new SecretFileError('unusable', `${path} is gone again`);
  return secret;
}

function checked(secret: string, where: string): string {
  if (Buffer.byteLength(secret) >= SECRET_BYTES) return secret;
  throw new SecretFileError('too-short', `${where} must hold ${SECRET_BYTES} bytes or more`);
}
