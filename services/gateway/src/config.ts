import { DEFAULT_LIMITS } from '@parley/protocol';
import type { Limits } from '@parley/protocol';
import type { OriginRule } from '@parley/kit';
import type { TrustedProxies } from './address/trusted-proxies.js';
import type { Rate } from './limits/token-bucket.js';

/** What a gateway may be told. Milliseconds, a second, counts, bytes. */
export interface GatewayConfig {
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly origins: OriginRule;
  readonly trustedProxies: TrustedProxies;
  /** What `welcome` tells, and what holds. */
  readonly limits: Limits;
  /** Sockets at which fresh connections are refused; hinted ones (`?resume=1`) may use a tenth more. */
  readonly maxConnections: number;
  /** Mean lag of the event loop, in ms, from which fresh connections are refused; from twice that, all (C3). */
  readonly shedLagMs: number;
  /** Share of its memory, 0 to 1, from which fresh connections are refused; half way to all of it, all are. */
  readonly shedMemory: number;
  /** Upgrades of all clients together. */
  readonly upgrades: Rate;
  /** Upgrades of one address prefix (a /32 or /64). */
  readonly addressUpgrades: Rate;
  /** Bad tokens that one address prefix may show in half an hour. */
  readonly badTokensPerHalfHour: number;
  /** Refusals that are told in band; above it the upgrade is answered 503. */
  readonly refusals: Rate;
  readonly helloMs: number;
  /** Whether `/signaling` is served. */
  readonly plain: boolean;
  /** How long not-ready has to spread before a drain sends the first goodbye. */
  readonly drainSpreadMs: number;
  /** Between a goodbye and its close, while the client resumes elsewhere. */
  readonly drainLingerMs: number;
  /** Events that the flight recorder keeps of one participant; 0: none. */
  readonly flightRecorderEvents: number;
  /** The mean life of a native connection, after which it is moved; 0: as long as it lasts (U13). */
  readonly connectionLifetimeMs: number;
}

/** What holds when nothing is configured: development mode on loopback. */
export const DEFAULT_GATEWAY_CONFIG: GatewayConfig = Object.freeze({
  host: '127.0.0.1',
  port: 8080,
  origins: Object.freeze({ mode: 'open', allowed: new Set<string>(), allowNoOrigin: false }),
  trustedProxies: [],
  limits: DEFAULT_LIMITS,
  maxConnections: 10_000,
  shedLagMs: 500,
  shedMemory: 0.85,
  upgrades: Object.freeze({ perSecond: 1_000, burst: 2_000 }),
  addressUpgrades: Object.freeze({ perSecond: 20, burst: 20 }),
  badTokensPerHalfHour: 10,
  refusals: Object.freeze({ perSecond: 50, burst: 100 }),
  helloMs: 5_000,
  plain: true,
  drainSpreadMs: 2_000,
  drainLingerMs: 3_000,
  flightRecorderEvents: 256,
  connectionLifetimeMs: 0,
});
