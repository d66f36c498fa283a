import { boolean, choice, text } from '../config/schemas.js';
import type { ConfigFields, ConfigValues } from '../config/define-config.js';
import { jwksUrlSchema, jwtKeysSchema } from './key-config.js';
import { allowedOriginsSchema } from './origin-allowed.js';

/** The settings of whoever judges tokens and Origins, to be spread into a service's own fields. */
export const authFields = {
  authMode: {
    env: 'AUTH_MODE',
    schema: choice(['jwt', 'open']),
    default: 'jwt',
    description: '`jwt`: a token is required; `open`: for development, anybody may join',
  },
  nodeEnv: {
    env: 'NODE_ENV',
    schema: text(),
    optional: true,
    description: '`production` refuses `AUTH_MODE=open`',
  },
  jwtKeys: {
    env: 'JWT_KEYS',
    schema: jwtKeysSchema,
    optional: true,
    secret: true,
    description: 'JSON array of the keys that tokens are signed with, see TOKENS.md',
  },
  jwksUrl: {
    env: 'JWKS_URL',
    schema: jwksUrlSchema,
    optional: true,
    description: 'Where a JSON Web Key Set with further keys is fetched',
  },
  jwksApp: {
    env: 'JWKS_APP',
    schema: text({ max: 64 }),
    default: 'default',
    description: 'The app that the key set belongs to',
  },
  jwksIssuer: {
    env: 'JWKS_ISSUER',
    schema: text({ max: 512 }),
    optional: true,
    description: 'The `iss` that tokens of the key set must have',
  },
  jwksAudience: {
    env: 'JWKS_AUDIENCE',
    schema: text({ max: 512 }),
    optional: true,
    description: 'The `aud` that tokens of the key set must have',
  },
  allowedOrigins: {
    env: 'ALLOWED_ORIGINS',
    schema: allowedOriginsSchema,
    optional: true,
    description: 'Comma list of the Origins whose pages may connect in `jwt` mode',
  },
  allowNoOrigin: {
    env: 'ALLOW_NO_ORIGIN',
    schema: boolean(),
    default: 'off',
    description: 'Whether clients without an Origin header (no browsers) may connect in `jwt` mode',
  },
} as const satisfies ConfigFields;

/** The values of `authFields`. */
export type AuthConfig = ConfigValues<typeof authFields>;

/** What is wrong with the settings taken together; for the `check` of a service's definition. */
export function checkAuthConfig(config: AuthConfig): readonly string[] {
  const { authMode, nodeEnv, jwtKeys, jwksUrl } = config;
  const problems: string[] = [];
  if (authMode === 'open' && nodeEnv === 'production') {
    problems.push('AUTH_MODE=open lets anybody in: it is refused while NODE_ENV is production');
  }
  if (authMode === 'jwt' && (jwtKeys?.length ?? 0) === 0 && jwksUrl === undefined) {
    problems.push('AUTH_MODE=jwt needs JWT_KEYS or JWKS_URL');
  }
  if (jwksUrl === undefined && (config.jwksIssuer ?? config.jwksAudience) !== undefined) {
    problems.push('JWKS_ISSUER and JWKS_AUDIENCE need JWKS_URL');
  }
  return problems;
}
