import { authFields, boolean, checkAuthConfig, integer, port, text } from '@parley/kit';
import type { AuthConfig, ConfigFields, ConfigValues } from '@parley/kit';
import { DEFAULT_LIMITS } from '@parley/protocol';
import { z } from 'zod';
import { parseTrustedProxies } from './address/trusted-proxies.js';
import type { TrustedProxies } from './address/trusted-proxies.js';
import { DEFAULT_GATEWAY_CONFIG } from './config.js';
import type { GatewayConfig } from './config.js';

const proxies: z.ZodType<TrustedProxies, string> = z.string().transform((value, context) => {
  const parsed = parseTrustedProxies(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a comma list of addresses and networks' });
  return z.NEVER;
});

/** The settings of a gateway, as environment variables. */
export const gatewayFields = {
  ...authFields,
  host: {
    env: 'HOST',
    schema: text({ max: 255 }),
    default: '127.0.0.1',
    description: 'Address to listen on',
  },
  port: { env: 'PORT', schema: port(), default: '8080', description: 'Port of WebSockets and pages' },
  trustedProxies: {
    env: 'TRUSTED_PROXIES',
    schema: proxies,
    optional: true,
    description: 'Addresses and networks of proxies whose X-Forwarded-For or Forwarded is believed',
  },
  plainDialect: {
    env: 'PLAIN_DIALECT',
    schema: boolean(),
    optional: true,
    description: 'Whether `/signaling` is served; default: in open mode only',
  },
  maxConnections: {
    env: 'MAX_CONNECTIONS',
    schema: integer({ min: 1, max: 1_000_000 }),
    default: '10000',
    description: 'WebSockets at which fresh connections are refused (resuming ones may use a tenth more)',
  },
  shedLagMs: {
    env: 'SHED_LAG_MS',
    schema: integer({ min: 10, max: 60_000 }),
    default: String(DEFAULT_GATEWAY_CONFIG.shedLagMs),
    description:
      'Lag of the event loop at which fresh connections are refused; from a tenth of it paced, from twice all refused',
  },
  shedMemoryPercent: {
    env: 'SHED_MEMORY_PERCENT',
    schema: integer({ min: 10, max: 100 }),
    default: String(100 * DEFAULT_GATEWAY_CONFIG.shedMemory),
    description:
      'Per cent of the memory of its container or heap from which fresh connections are refused; half way to 100, all',
  },
  upgradesPerSecond: {
    env: 'UPGRADES_PER_SECOND',
    schema: integer({ min: 1, max: 100_000 }),
    default: '1000',
    description: 'New connections a second, all clients together; twice as many in a burst',
  },
  addressUpgradesPerSecond: {
    env: 'ADDRESS_UPGRADES_PER_SECOND',
    schema: integer({ min: 1, max: 100_000 }),
    default: '20',
    description: 'New connections a second from one IPv4 address or IPv6 /64',
  },
  badTokensPerHalfHour: {
    env: 'BAD_TOKENS_PER_HALF_HOUR',
    schema: integer({ min: 1, max: 1_000_000 }),
    default: '10',
    description: 'Tokens that cannot be verified, from one IPv4 address or IPv6 /64, before it is refused',
  },
  connectionLifetimeS: {
    env: 'CONNECTION_LIFETIME_S',
    schema: integer({ min: 10, max: 604_800 }),
    optional: true,
    description: 'Seconds after which, on average, a connection is told to resume elsewhere; default: never',
  },
  messagesPerSecond: {
    env: 'MESSAGES_PER_SECOND',
    schema: integer({ min: 1, max: 100_000 }),
    default: String(DEFAULT_LIMITS.signalsPerSecond),
    description: 'Frames a second that one connection may send',
  },
  messageBurst: {
    env: 'MESSAGE_BURST',
    schema: integer({ min: 1, max: 1_000_000 }),
    default: String(DEFAULT_LIMITS.burst),
    description: 'Frames that one connection may send at once',
  },
  flightRecorderEvents: {
    env: 'FLIGHT_RECORDER_EVENTS',
    schema: integer({ min: 0, max: 4_096 }),
    default: String(DEFAULT_GATEWAY_CONFIG.flightRecorderEvents),
    description:
      'Signaling events that are kept in memory of each participant, for timelines (DIAGNOSIS.md); 0: none',
  },
  roomSize: {
    env: 'ROOM_SIZE',
    schema: integer({ min: 1, max: 1_000 }),
    default: String(DEFAULT_LIMITS.roomSize),
    description: 'Participants that a new room holds',
  },
  resumeWindowS: {
    env: 'RESUME_WINDOW_S',
    schema: integer({ min: 1, max: 3_600 }),
    default: String(DEFAULT_LIMITS.resumeMs / 1_000),
    description: 'Seconds in which a participant that lost its connection may come back; the same in rooms',
  },
} as const satisfies ConfigFields;

/** The values of `gatewayFields`. */
export type GatewaySettings = ConfigValues<typeof gatewayFields>;

/** What is wrong with the settings taken together; for the `check` of a program's definition. */
export function checkGatewaySettings(settings: GatewaySettings & AuthConfig): readonly string[] {
  return checkAuthConfig(settings);
}

/** What a gateway is told by these settings. */
export function toGatewayConfig(settings: GatewaySettings): GatewayConfig {
  const { authMode, allowedOrigins, allowNoOrigin, upgradesPerSecond, addressUpgradesPerSecond } = settings;
  return {
    ...DEFAULT_GATEWAY_CONFIG,
    host: settings.host,
    port: settings.port,
    origins: { mode: authMode, allowed: allowedOrigins ?? new Set(), allowNoOrigin },
    trustedProxies: settings.trustedProxies ?? [],
    limits: {
      ...DEFAULT_LIMITS,
      signalsPerSecond: settings.messagesPerSecond,
      burst: settings.messageBurst,
      roomSize: settings.roomSize,
      resumeMs: settings.resumeWindowS * 1_000,
    },
    maxConnections: settings.maxConnections,
    shedLagMs: settings.shedLagMs,
    shedMemory: settings.shedMemoryPercent / 100,
    upgrades: { perSecond: upgradesPerSecond, burst: 2 * upgradesPerSecond },
    addressUpgrades: { perSecond: addressUpgradesPerSecond, burst: addressUpgradesPerSecond },
    badTokensPerHalfHour: settings.badTokensPerHalfHour,
    flightRecorderEvents: settings.flightRecorderEvents,
    connectionLifetimeMs: (settings.connectionLifetimeS ?? 0) * 1_000,
    plain: settings.plainDialect ?? authMode === 'open',
  };
}
