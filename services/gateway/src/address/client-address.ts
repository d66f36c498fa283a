import { formatAddress } from './format-address.js';
import { forwardedForHops, forwardedHops } from './forwarded-hops.js';
import { parseAddress } from './parse-address.js';
import { isTrusted } from './trusted-proxies.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** More hops than any real chain has. */
const MAX_HOPS = 32;

/**
 * The address that a request comes from (U12): the TCP peer's, unless that is a trusted proxy; then the rightmost hop
 * that is none, of `X-Forwarded-For` or `Forwarded`. A client can write hops only to the left of that one, so what it
 * forges is never looked at. A hop that is no address ends the walk: the proxy that reported it is the answer. If both
 * headers are there and tell different addresses, one of them came through unchecked: the answer is the peer. A header
 * that arrived in several lines must be given joined by commas, in order.
 */
export function clientAddress(
  peer: string,
  headers: ReadonlyMap<string, string>,
  trustedProxies: TrustedProxies,
): string {
  const address = parseAddress(peer);
  if (address === undefined) return peer;
  const own = formatAddress(address);
  if (!isTrusted(address, trustedProxies)) return own;
  const chains = [];
  const forwardedFor = headers.get('x-forwarded-for');
  const forwarded = headers.get('forwarded');
  if (forwardedFor !== undefined) chains.push(forwardedForHops(forwardedFor));
  if (forwarded !== undefined) chains.push(forwardedHops(forwarded) ?? []);
  const told = new Set(chains.map((hops) => rightmostUntrusted(own, hops, trustedProxies)));
  const [only = own] = told;
  return told.size === 1 ? only : own;
}

function rightmostUntrusted(peer: string, hops: readonly string[], trusted: TrustedProxies): string {
  let last = peer;
  for (const hop of hops.slice(-MAX_HOPS).reverse()) {
    const address = parseAddress(hop);
    if (address === undefined) return last;
    last = formatAddress(address);
    if (!isTrusted(address, trusted)) return last;
  }
  return last;
}
