import { formatAddress } from './format-address.js';
import { parseAddress } from './parse-address.js';

/** What limits count by: one IPv4 address, or the /64 that one IPv6 customer has. What is no address shares one bucket. */
export function addressPrefix(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return 'unknown';
  if (parsed.family === 4) return `${formatAddress(parsed)}/32`;
  const network = [...parsed.groups.slice(0, 4), 0, 0, 0, 0];
  return `${formatAddress({ family: 6, groups: network })}/64`;
}

/** Whether an address is this machine's own (127.0.0.0/8, ::1). */
export function isLoopback(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed?.family === 4) return (parsed.groups[0] ?? 0) >> 8 === 127;
  return parsed?.groups.every((group, at) => group === (at === 7 ? 1 : 0)) === true;
}
