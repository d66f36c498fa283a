import type { NetworkInterfaceInfo } from 'node:os';

/**
 * The addresses at which others in the same network reach this machine, those of private ranges (RFC 1918) first, as
 * phones are there; its own loopback if it is in no network. IPv4: nobody types the other one.
 */
export function lanAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly [string, ...string[]] {
  const found = Object.values(interfaces)
    .flatMap((one) => one ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
  const [first, ...others] = found.sort((a, b) => Number(isPrivate(b)) - Number(isPrivate(a)));
  return first === undefined ? ['127.0.0.1'] : [first, ...others];
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}
