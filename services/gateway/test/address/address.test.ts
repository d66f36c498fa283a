import { isIP, isIPv4, SocketAddress } from 'node:net';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addressPrefix, isLoopback } from '../../src/address/address-prefix.js';
import { clientAddress } from '../../src/address/client-address.js';
import { formatAddress } from '../../src/address/format-address.js';
import { parseAddress } from '../../src/address/parse-address.js';
import { parseTrustedProxies } from '../../src/address/trusted-proxies.js';

const canonical = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};
const trusted = parseTrustedProxies('10.0.0.0/8, 127.0.0.1, fd00::/8') ?? [];
const client = (peer: string, headers: Record<string, string>): string =>
  clientAddress(peer, new Map(Object.entries(headers)), trusted);

describe('U12 addresses', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::', '2001:db8::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('U12 %s is %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.256',
    '1.2.3.-4',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4:80',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '::12345',
    '::g',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '[::1]',
    'fe80::1%',
    'unknown',
    '_hidden',
    '١.٢.٣.٤',
    `::${'0'.repeat(100)}`,
  ])('U12 %s is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('U12 what node knows for an address is one, with the same text, and the reverse', () => {
    const v6 = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    });
    const written = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      v6.map((groups) => groups.map((group) => group.toString(16)).join(':')),
      fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
    );
    fc.assert(
      fc.property(written, (text) => {
        const known = isIP(text) !== 0;
        expect(parseAddress(text) !== undefined, text).toBe(known);
        if (!known || isIPv4(canonical(text) ?? '')) return;
        // Node writes the last groups of some addresses as IPv4; compare what is read from it.
        const node = new SocketAddress({ address: text, family: 'ipv6' }).address;
        expect(canonical(node)).toBe(canonical(text));
        expect(isIP(canonical(text) ?? '')).toBe(6);
      }),
      { numRuns: 3_000 },
    );
  });

  test('X8 limits count by /32 and /64', () => {
    expect(addressPrefix('192.0.2.1')).toBe('192.0.2.1/32');
    expect(addressPrefix('::ffff:192.0.2.1')).toBe('192.0.2.1/32');
    expect(addressPrefix('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(addressPrefix('2001:db8:1:2::')).toBe('2001:db8:1:2::/64');
    expect(addressPrefix('::1')).toBe('::/64');
    expect(addressPrefix('')).toBe('unknown');
  });

  test('X8 loopback', () => {
    for (const own of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(own)).toBe(true);
    for (const other of ['128.0.0.1', '::', '::2', '1::1', '10.0.0.1', ''])
      expect(isLoopback(other)).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', true],
    ['::/0', true],
    ['0.0.0.0/0', true],
    ['192.0.2.1', true],
    ['::ffff:10.0.0.0/104', true],
    ['', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.0/-1', false],
    ['::1/129', false],
    ['::ffff:10.0.0.0/95', false],
    ['proxy', false],
    ['*', false],
    ['10.0.0.1,proxy', false],
  ])('U12 trusted proxies %s: %s', (text, valid) => {
    expect(parseTrustedProxies(text) !== undefined).toBe(valid);
  });

  test('U12 a network contains what its bits say', () => {
    const contains = (network: string, address: string): boolean =>
      clientAddress(
        address,
        new Map([['x-forwarded-for', '203.0.113.7']]),
        parseTrustedProxies(network) ?? [],
      ) === '203.0.113.7';
    expect(contains('10.128.0.0/9', '10.255.0.1')).toBe(true);
    expect(contains('10.128.0.0/9', '10.127.0.1')).toBe(false);
    expect(contains('192.0.2.128/25', '192.0.2.127')).toBe(false);
    expect(contains('2001:db8::/33', '2001:db8:7fff::1')).toBe(true);
    expect(contains('2001:db8::/33', '2001:db8:8000::1')).toBe(false);
    expect(contains('0.0.0.0/0', '::1')).toBe(false);
    expect(contains('::ffff:10.0.0.0/104', '10.1.1.1')).toBe(true);
  });
});

describe('U12 the client address', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['no header', '192.0.2.9', {}, '192.0.2.9'],
    ['mapped peer', '::ffff:192.0.2.9', {}, '192.0.2.9'],
    ['forged by a stranger', '192.0.2.9', { 'x-forwarded-for': '203.0.113.7' }, '192.0.2.9'],
    ['forged by a stranger as Forwarded', '192.0.2.9', { forwarded: 'for=203.0.113.7' }, '192.0.2.9'],
    ['told by a proxy', '10.1.1.1', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
    ['told by a mapped proxy', '::ffff:10.1.1.1', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
    ['forged in front of it', '10.1.1.1', { 'x-forwarded-for': '1.1.1.1, 203.0.113.7' }, '203.0.113.7'],
    [
      'forged as one of our proxies',
      '10.1.1.1',
      { 'x-forwarded-for': '10.9.9.9, 203.0.113.7' },
      '203.0.113.7',
    ],
    ['two proxies', '10.1.1.1', { 'x-forwarded-for': '1.1.1.1, 203.0.113.7, 10.2.2.2' }, '203.0.113.7'],
    ['all of them proxies', '10.1.1.1', { 'x-forwarded-for': '10.3.3.3, 10.2.2.2' }, '10.3.3.3'],
    ['with a port', '10.1.1.1', { 'x-forwarded-for': '203.0.113.7:4711' }, '203.0.113.7'],
    ['IPv6', '10.1.1.1', { 'x-forwarded-for': '2001:DB8::1' }, '2001:db8::1'],
    ['IPv6 in brackets with a port', '10.1.1.1', { 'x-forwarded-for': '[2001:db8::1]:443' }, '2001:db8::1'],
    ['garbage at the right', '10.1.1.1', { 'x-forwarded-for': '203.0.113.7, garbage' }, '10.1.1.1'],
    ['garbage behind a proxy', '10.1.1.1', { 'x-forwarded-for': 'unknown, 10.2.2.2' }, '10.2.2.2'],
    ['an empty header', '10.1.1.1', { 'x-forwarded-for': '' }, '10.1.1.1'],
    ['a trailing comma', '10.1.1.1', { 'x-forwarded-for': '203.0.113.7,' }, '10.1.1.1'],
    ['Forwarded', '10.1.1.1', { forwarded: 'for=203.0.113.7;proto=https;by=10.1.1.1' }, '203.0.113.7'],
    ['Forwarded, quoted IPv6', '10.1.1.1', { forwarded: 'For="[2001:db8::1]:443"' }, '2001:db8::1'],
    [
      'Forwarded, two',
      '10.1.1.1',
      { forwarded: 'for=1.1.1.1, for=203.0.113.7 , for=10.2.2.2' },
      '203.0.113.7',
    ],
    ['Forwarded, hidden', '10.1.1.1', { forwarded: 'for=_hidden' }, '10.1.1.1'],
    ['Forwarded without for', '10.1.1.1', { forwarded: 'for=1.1.1.1, proto=https' }, '10.1.1.1'],
    [
      'Forwarded with a quote left open',
      '10.1.1.1',
      { forwarded: 'for="1.1.1.1, for=203.0.113.7' },
      '10.1.1.1',
    ],
    [
      'Forwarded with a quote that swallows',
      '10.1.1.1',
      { forwarded: 'for="a, for="[2001:db8::1]"' },
      '10.1.1.1',
    ],
    ['Forwarded with for twice', '10.1.1.1', { forwarded: 'for=1.1.1.1;for=203.0.113.7' }, '10.1.1.1'],
    [
      'both, alike',
      '10.1.1.1',
      { forwarded: 'for=203.0.113.7', 'x-forwarded-for': '203.0.113.7' },
      '203.0.113.7',
    ],
    [
      'both, one of them forged',
      '10.1.1.1',
      { forwarded: 'for=1.1.1.1', 'x-forwarded-for': '203.0.113.7' },
      '10.1.1.1',
    ],
    [
      'PROXY or other headers',
      '10.1.1.1',
      { 'x-real-ip': '1.1.1.1', 'true-client-ip': '1.1.1.1' },
      '10.1.1.1',
    ],
    ['no TCP peer', '', { 'x-forwarded-for': '203.0.113.7' }, ''],
  ])('U12 %s', (_name, peer, headers, expected) => {
    expect(client(peer, headers)).toBe(expected);
  });

  test('U12 whatever a client writes in front changes nothing', () => {
    const front = fc.oneof(fc.string(), fc.ipV4(), fc.stringMatching(/^[,."=; a-f0-9:[\]\\]{0,60}$/));
    fc.assert(
      fc.property(front, fc.ipV4(), (forged, address) => {
        if (address.startsWith('10.') || address === '127.0.0.1') return;
        expect(client('10.1.1.1', { 'x-forwarded-for': `${forged},${address}` })).toBe(address);
        const behind = client('10.1.1.1', { forwarded: `${forged}, for=${address}` });
        // A malformed front cannot be told from a part of what the proxy wrote: then it is the proxy.
        expect([address, '10.1.1.1']).toContain(behind);
        const quoted = client('10.1.1.1', { forwarded: `${forged}, for="[2001:db8::9]:1"` });
        expect(['2001:db8::9', '10.1.1.1']).toContain(quoted);
      }),
      { numRuns: 5_000 },
    );
  });
});
