import type { IceServer } from '@parley/client';

/** A way to a relay, or none: to a server that tells one's own address. */
export type IceWay = 'stun' | 'turn.udp' | 'turn.tcp' | 'turn.tls';

/** The servers that go a given way, each with its URLs of that kind only (RFC 7064 and 7065; UDP unless told). */
export function serversOf(servers: readonly IceServer[], way: IceWay): readonly RTCIceServer[] {
  return servers.flatMap(({ urls, ...credentials }) => {
    const fitting = [urls].flat().filter((url) => wayOf(url) === way);
    return fitting.length > 0 ? [{ ...credentials, urls: fitting }] : [];
  });
}

function wayOf(url: string): IceWay | undefined {
  if (/^stuns?:/i.test(url)) return 'stun';
  if (/^turns:/i.test(url)) return 'turn.tls';
  if (!/^turn:/i.test(url)) return undefined;
  return /[?&]transport=tcp/i.test(url) ? 'turn.tcp' : 'turn.udp';
}
