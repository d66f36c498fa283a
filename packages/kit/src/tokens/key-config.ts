import { z } from 'zod';

import { isText } from './utf8.js';
import { TOKEN_ALGORITHMS } from './read-token-header.js';

/** HMAC secrets below this many bytes are refused at start. */
export const MIN_SECRET_BYTES = 32;
const MAX_KEYS = 64;

const text = (max: number) =>
  z.string().refine((value) => isText(value, 1, max), `must have 1 to ${max} bytes`);
const secret = z
  .string()
  .refine(
    (value) => new TextEncoder().encode(value).length >= MIN_SECRET_BYTES,
    `must have ${MIN_SECRET_BYTES} bytes or more`,
  );

const keyConfig = z
  .strictObject({
    kid: text(256).optional(),
    app: text(64).default('default'),
    alg: z.enum(TOKEN_ALGORITHMS),
    secret: secret.optional(),
    publicKeyPem: z.string().optional(),
    jwk: z.record(z.string(), z.unknown()).optional(),
    iss: text(512).optional(),
    aud: text(512).optional(),
  })
  .superRefine((key, context) => {
    const given = [key.secret, key.publicKeyPem, key.jwk].filter((material) => material !== undefined);
    const fault =
      given.length !== 1
        ? 'must have exactly one of secret, publicKeyPem and jwk'
        : (key.alg === 'HS256') !== (key.secret !== undefined)
          ? 'must have secret for HS256, publicKeyPem or jwk for every other algorithm'
          : undefined;
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

/** One configured key: its algorithm is fixed, and its tokens belong to its app. */
export type KeyConfig = z.infer<typeof keyConfig>;

/**
 * `JWT_KEYS`: the text of a JSON array of keys. Its messages name positions and fields, never values: neither a secret
 * nor a piece of the text gets into one.
 */
export const jwtKeysSchema: z.ZodType<readonly KeyConfig[], string> = z
  .string()
  .transform((value, context) => {
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const json = parseJson(value);
    if (json === undefined) return fault('must be a JSON array of keys');
    const keys = z.array(keyConfig).max(MAX_KEYS).safeParse(json);
    if (!keys.success) {
      for (const issue of keys.error.issues)
        fault(`${issue.path.map(String).join('.')} ${describe(issue)}`.trim());
      return z.NEVER;
    }
    const kids = keys.data.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
    return new Set(kids).size < kids.length ? fault('must not name a kid twice') : keys.data;
  });

/** A parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands where a field's name belongs may be anything. */
function describe(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'has an unknown field' : issue.message;
}

/** A key set that is fetched, and the app that its tokens belong to. */
export interface KeySetConfig {
  readonly url: string;
  /** Default `default`. */
  readonly app?: string;
  readonly iss?: string;
  readonly aud?: string;
}

/** `JWKS_URL`: https, or http on loopback (whoever can change the answer on its way can sign tokens). */
export const jwksUrlSchema: z.ZodType<string, string> = z.string().refine((value) => {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && local));
}, 'must be an https URL (http only on loopback) without user and password');
