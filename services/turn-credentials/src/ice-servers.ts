import type { IceServer } from '@parley/protocol';

import type { TurnCredential } from './credentials.js';

/** Where STUN and TURN are. */
export interface IceUrls {
  readonly stun: readonly string[];
  readonly turn: readonly string[];
  /** TURN servers by region hint. */
  readonly regions: ReadonlyMap<string, readonly string[]>;
}

/** The TURN servers for a hint; an unknown hint, or none, means the default list. */
export function turnUrls({ turn, regions }: IceUrls, region: string | undefined): readonly string[] {
  return (region === undefined ? undefined : regions.get(region)) ?? turn;
}

/** The array exactly as RTCConfiguration takes it; empty if nothing is configured. */
export function iceServers(
  stun: readonly string[],
  turn: readonly string[],
  credential: TurnCredential | undefined,
): readonly IceServer[] {
  const servers: IceServer[] = [];
  if (stun.length > 0) servers.push({ urls: stun });
  if (turn.length > 0 && credential !== undefined) {
    servers.push({ urls: turn, username: credential.username, credential: credential.password });
  }
  return servers;
}
