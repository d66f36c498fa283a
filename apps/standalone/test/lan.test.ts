import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lanAddresses } from '../src/lan/lan-addresses.js';
import { loadLanCertificate } from '../src/lan/lan-certificate.js';
import { lanLines } from '../src/lan/lan-lines.js';

const NOW = Date.now();
const DAY = 86_400_000;
const state = (): string => mkdtempSync(join(tmpdir(), 'parley-lan-'));

test('the certificate names every address, is kept for its user alone, and is used again', async () => {
  const folder = state();
  const addresses = ['192.168.7.20', '10.0.0.5'];
  const first = await loadLanCertificate({ folder, addresses, now: NOW });
  const certificate = new X509Certificate(first.cert);
  for (const address of [...addresses, '127.0.0.1', '::1'])
    expect(certificate.checkIP(address), address).toBeDefined();
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.ca).toBe(false);
  expect(Date.parse(certificate.validTo) - NOW).toBeLessThanOrEqual(398 * DAY);
  const [file = '', ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  if (process.platform !== 'win32') expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(await loadLanCertificate({ folder, addresses: ['10.0.0.5'], now: NOW + DAY })).toEqual(first);
});

test('a new one is made when an address is new, when it is about to expire, and when the file is spoilt', async () => {
  const folder = state();
  const options = { folder, addresses: ['192.168.7.20'], now: NOW };
  const first = await loadLanCertificate(options);
  const moved = await loadLanCertificate({ ...options, addresses: ['192.168.9.1'] });
  expect(moved.cert).not.toBe(first.cert);
  const later = await loadLanCertificate({ ...options, now: NOW + 390 * DAY });
  expect(later.cert).not.toBe(moved.cert);
  const file = join(folder, readdirSync(folder)[0] ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('BEGIN CERTIFICATE', 'BEGIN SOMETHING'));
  chmodSync(file, 0o644);
  const again = await loadLanCertificate({ ...options, now: NOW + 390 * DAY });
  expect(again.cert).not.toBe(later.cert);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('addresses that a phone can reach, private ones first; the loopback if there are none', () => {
  const address = (given: string, internal = false) =>
    ({ address: given, internal, family: given.includes(':') ? 'IPv6' : 'IPv4' }) as never;
  const interfaces = {
    lo: [address('127.0.0.1', true)],
    wan: [address('203.0.113.9'), address('2001:db8::1')],
    zero: [address('169.254.3.3')],
    wifi: [address('192.168.7.20'), address('fe80::1')],
  };
  expect(lanAddresses(interfaces)).toEqual(['192.168.7.20', '203.0.113.9']);
  expect(lanAddresses({ lo: interfaces.lo })).toEqual(['127.0.0.1']);
});

test('in a terminal with colours the code brings its own, elsewhere there are none', () => {
  const facts = { addresses: ['192.168.7.20'], port: 8080 } as const;
  expect(lanLines({ ...facts, colours: false })).not.toContain('\u001b');
  const coloured = lanLines({ ...facts, colours: true });
  expect(coloured.replaceAll('\u001b[97;40m', '').replaceAll('\u001b[0m', '')).toBe(
    lanLines({ ...facts, colours: false }),
  );
});
