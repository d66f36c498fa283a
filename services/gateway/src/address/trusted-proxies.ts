import { parseAddress } from './parse-address.js';
import type { Address } from './parse-address.js';

/** The networks of our own proxies. */
export type TrustedProxies = readonly Network[];

/** An address and how many of its leading bits count. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** A comma list of addresses and networks (`10.0.0.0/8,fd00::/8,192.0.2.1`); `undefined` if any of it is neither. */
export function parseTrustedProxies(text: string): TrustedProxies | undefined {
  const items = text.split(',').map((item) => item.trim());
  const networks = items.filter((item) => item !== '').map(parseNetwork);
  return networks.every((network) => network !== undefined) ? networks : undefined;
}

/** Whether one of our proxies has this address. */
export function isTrusted(address: Address, proxies: TrustedProxies): boolean {
  return proxies.some((network) => contains(network, address));
}

function parseNetwork(text: string): Network | undefined {
  const [host = '', length, ...rest] = text.split('/');
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const width = address.groups.length * 16;
  // A mapped IPv4 network is written with the length of IPv6: ::ffff:10.0.0.0/104.
  const mapped = address.family === 4 && host.includes(':') ? 96 : 0;
  if (length === undefined) return { address, bits: width };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) - mapped : -1;
  return bits >= 0 && bits <= width ? { address, bits } : undefined;
}

function contains({ address, bits }: Network, other: Address): boolean {
  if (address.family !== other.family) return false;
  return address.groups.every((group, at) => {
    const counted = Math.min(16, Math.max(0, bits - at * 16));
    return group >> (16 - counted) === (other.groups[at] ?? 0) >> (16 - counted);
  });
}
