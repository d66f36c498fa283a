import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '@parley/kit';
import { generate } from 'selfsigned';

/** A key and its certificate, in PEM. */
export interface LanCertificate {
  readonly key: string;
  readonly cert: string;
}

/** For whom, and when, a certificate is wanted. */
export interface LanCertificateOptions {
  /** IP addresses that it has to hold for, beside the loopback and `localhost`. */
  readonly addresses: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Default: the user's state folder. */
  readonly folder?: string;
}

const FILE_NAME = 'lan-certificate.pem';
const DAY_MS = 86_400_000;
/** What browsers of phones accept at most (398 days). */
const LIFE_DAYS = 390;

/**
 * The machine's own certificate: what the state folder holds (one file, readable by its user alone) as long as it is valid
 * for another day and for all of these addresses; else a new one, made and kept. A phone that has accepted it once need
 * not be asked again.
 */
export async function loadLanCertificate(options: LanCertificateOptions): Promise<LanCertificate> {
  const { folder = stateFolder() } = options;
  const path = join(folder, FILE_NAME);
  const kept = read(path);
  if (kept !== undefined && fits(kept, options)) return kept;
  const made = await make(options);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, `${made.key}\n${made.cert}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return made;
}

function read(path: string): LanCertificate | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text) ?? [];
    const [cert] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text) ?? [];
    return key === undefined || cert === undefined ? undefined : { key, cert };
  } catch {
    return undefined;
  }
}

function fits({ key, cert }: LanCertificate, { addresses, now }: LanCertificateOptions): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const lives = Date.parse(certificate.validFrom) <= now && Date.parse(certificate.validTo) > now + DAY_MS;
    const covers = addresses.every((address) => certificate.checkIP(address) !== undefined);
    return lives && covers && certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

async function make({ addresses, now }: LanCertificateOptions): Promise<LanCertificate> {
  const names = ['localhost'].map((value) => ({ type: 2, value }) as const);
  const ips = [...new Set([...addresses, '127.0.0.1', '::1'])].map((ip) => ({ type: 7, ip }) as const);
  const made = await generate([{ name: 'commonName', value: 'Parley on this machine' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + LIFE_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names, ...ips] },
    ],
  });
  return { key: made.private.trim(), cert: made.cert.trim() };
}
