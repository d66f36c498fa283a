import { isIPv4 } from 'node:net';

/** An address as TURN carries it: 4 or 16 bytes. */
export function bytesOf(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  // The URL parser knows every way to write one, and gives back one: no dots, `::` once.
  const [, text = ''] = /^http:\/\/\[(.*)\]\/$/.exec(new URL(`http://[${address}]/`).href) ?? [];
  const [head = '', tail] = text.split('::');
  const words = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [words(head), words(tail ?? '')];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return Uint8Array.from(
    [...before, ...zeros, ...after].flatMap((word) => {
      const value = parseInt(word, 16);
      return [value >>> 8, value & 255];
    }),
  );
}

/** Every way in which an IPv6 address can stand for an IPv4 address. */
export function encodings(address: string): Record<string, string> {
  const [a = 0, b = 0, c = 0, d = 0] = bytesOf(address);
  const word = (high: number, low: number): string => ((high << 8) | low).toString(16);
  const [high, low] = [word(a, b), word(c, d)];
  const flipped = [word(a ^ 255, b ^ 255), word(c ^ 255, d ^ 255)].join(':');
  return {
    IPv4: address,
    'IPv4-mapped': `::ffff:${high}:${low}`,
    'IPv4-compatible': `::${high}:${low}`,
    'IPv4-translated': `::ffff:0:${high}:${low}`,
    NAT64: `64:ff9b::${high}:${low}`,
    'NAT64, local': `64:ff9b:1::${high}:${low}`,
    'NAT64, local, /48': `64:ff9b:1:${high}:${word(0, c)}:${word(d, 0)}::`,
    '6to4': `2002:${high}:${low}::1`,
    'Teredo, as server': `2001:0:${high}:${low}::`,
    'Teredo, as client': `2001:0:4136:e378:8000:63bf:${flipped}`,
    'ISATAP, link local': `fe80::5efe:${high}:${low}`,
  };
}

/** IPv4 addresses that lead to something inside: a machine itself, a network, a cloud's metadata. */
export const INSIDE = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.254'],
  ...['192.0.0.192', '192.168.0.1', '198.18.0.1', '255.255.255.255', '224.0.0.1'],
];

/** First and last address of each range that is not of the public internet (IANA's registries of special purposes). */
export const SPECIAL: Readonly<Record<string, readonly [string, string]>> = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  'private, 10/8': ['10.0.0.0', '10.255.255.255'],
  'carrier-grade NAT': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.0', '127.255.255.255'],
  'link local': ['169.254.0.0', '169.254.255.255'],
  'private, 172.16/12': ['172.16.0.0', '172.31.255.255'],
  'IETF protocols': ['192.0.0.0', '192.0.0.255'],
  'documentation 1': ['192.0.2.0', '192.0.2.255'],
  AS112: ['192.31.196.0', '192.31.196.255'],
  AMT: ['192.52.193.0', '192.52.193.255'],
  '6to4 relays': ['192.88.99.0', '192.88.99.255'],
  'private, 192.168/16': ['192.168.0.0', '192.168.255.255'],
  'AS112, direct': ['192.175.48.0', '192.175.48.255'],
  benchmarks: ['198.18.0.0', '198.19.255.255'],
  'documentation 2': ['198.51.100.0', '198.51.100.255'],
  'documentation 3': ['203.0.113.0', '203.0.113.255'],
  multicast: ['224.0.0.0', '239.255.255.255'],
  reserved: ['240.0.0.0', '255.255.255.255'],
  'unspecified and loopback, IPv6': ['::', '::1'],
  'IPv4-mapped': ['::ffff:0:0', '::ffff:ffff:ffff'],
  NAT64: ['64:ff9b::', '64:ff9b::ffff:ffff'],
  'NAT64, local': ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  discard: ['100::', '100::ffff:ffff:ffff:ffff'],
  'dummy prefix': ['100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
  'IETF protocols, IPv6': ['2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'documentation, IPv6': ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  '6to4': ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'AS112, IPv6': ['2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  'documentation 2, IPv6': ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'segment routing': ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'unique local': ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'link local, IPv6': ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'site local, IPv6': ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'multicast, IPv6': ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
};

/** Addresses of the public internet, those beside the ranges above among them. Nothing is ever sent to them. */
export const PUBLIC = [
  ...[
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
  ],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'],
  ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
  ...['2001:200::1', '2003::1', '2606:4700::1', '2a00:1450::1', '64:ff9c::1', '3ffe::1'],
];
