import { boolean, integer, list, text } from '@parley/kit';
import type { ConfigFields, ConfigValues } from '@parley/kit';
import { z } from 'zod';

import { isStunUrl, isTurnUrl } from './ice-urls.js';

const MIN_SECRET_CHARACTERS = 16;
const MAX_TTL_S = 3_600;
const MAX_LONG_TTL_S = 86_400;

const secrets = list(text({ min: MIN_SECRET_CHARACTERS, max: 256 }));
const turnUrl = z
  .string()
  .refine(isTurnUrl, { message: 'must be like turn:host:3478?transport=udp or turns:host:5349' });
const stunUrl = z.string().refine(isStunUrl, { message: 'must be like stun:host:3478' });

const regions: z.ZodType<ReadonlyMap<string, readonly string[]>, string> = z
  .string()
  .transform((value, context) => {
    const fault = (): never => {
      context.addIssue({ code: 'custom', message: 'must be like {"eu":["turn:eu.example.org:3478"]}' });
      return z.NEVER;
    };
    try {
      const shape = z.record(z.string().regex(/^[a-z0-9-]{1,32}$/), z.array(turnUrl).min(1));
      const parsed = shape.safeParse(JSON.parse(value));
      return parsed.success ? new Map(Object.entries(parsed.data)) : fault();
    } catch {
      return fault();
    }
  });

/** The settings of ICE servers and their credentials. */
export const turnFields = {
  turnUrls: {
    env: 'TURN_URLS',
    schema: list(turnUrl),
    optional: true,
    description: 'Comma list of TURN servers, `turn:host:port?transport=udp`',
  },
  stunUrls: {
    env: 'STUN_URLS',
    schema: list(stunUrl),
    optional: true,
    description: 'Comma list of STUN servers, `stun:host:port`',
  },
  turnRegions: {
    env: 'TURN_REGIONS',
    schema: regions,
    optional: true,
    description: 'TURN servers by region hint, `{"eu":["turn:…"]}`; other hints get `TURN_URLS`',
  },
  turnSecrets: {
    env: 'TURN_SECRETS',
    schema: secrets,
    optional: true,
    secret: true,
    description: 'Comma list of secrets shared with the TURN servers: the first signs, coturn knows all',
  },
  turnTtlS: {
    env: 'TURN_TTL_S',
    schema: integer({ min: 10, max: MAX_LONG_TTL_S }),
    default: '600',
    description: 'Seconds that a credential serves to make allocations, 10 to 3600',
  },
  turnAllowLongTtl: {
    env: 'TURN_ALLOW_LONG_TTL',
    schema: boolean(),
    default: 'off',
    description: 'Whether `TURN_TTL_S` may be up to a day',
  },
  turnRestKeys: {
    env: 'TURN_REST_KEYS',
    schema: secrets,
    optional: true,
    secret: true,
    description: 'Comma list of API keys for `/turn/credentials`; unset: the route is not there',
  },
  turnMintsPerMinute: {
    env: 'TURN_MINTS_PER_MINUTE',
    schema: integer({ min: 1, max: 6_000 }),
    default: '5',
    description: 'Mints a minute that one participant has',
  },
} as const satisfies ConfigFields;

/** The values of `turnFields`. */
export type TurnConfig = ConfigValues<typeof turnFields>;

/** What is wrong with the settings taken together. */
export function checkTurnConfig(config: TurnConfig): readonly string[] {
  const problems: string[] = [];
  const hasTurn = (config.turnUrls?.length ?? 0) > 0 || (config.turnRegions?.size ?? 0) > 0;
  if (hasTurn && (config.turnSecrets?.length ?? 0) === 0)
    problems.push('TURN_URLS and TURN_REGIONS need TURN_SECRETS');
  if (config.turnTtlS > MAX_TTL_S && !config.turnAllowLongTtl) {
    problems.push(`TURN_TTL_S above ${MAX_TTL_S} needs TURN_ALLOW_LONG_TTL=on`);
  }
  const mints = mintsPerMinute(config.turnTtlS);
  if (config.turnMintsPerMinute < mints) {
    problems.push(`TURN_TTL_S=${config.turnTtlS} needs TURN_MINTS_PER_MINUTE=${mints} or more`);
  }
  return problems;
}

/** What a participant takes that stays: gateways ask again after four fifths of a life. */
function mintsPerMinute(ttlS: number): number {
  return Math.ceil(60 / (ttlS * 0.8));
}
