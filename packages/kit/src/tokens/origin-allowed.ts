import { z } from 'zod';

/** Which pages may use this server. */
export interface OriginRule {
  readonly mode: 'jwt' | 'open';
  /** Exactly as browsers send them: scheme, host and, unless it is the default one, port. */
  readonly allowed: ReadonlySet<string>;
  /** In `jwt` mode, whether clients that are no browsers (no Origin header) may come. */
  readonly allowNoOrigin: boolean;
}

/** X2: in `jwt` mode an exact allow-list that `null` is never on; in open mode any Origin, `null` and none. */
export function originAllowed(rule: OriginRule, origin: string | undefined): boolean {
  if (rule.mode === 'open') return true;
  if (origin === undefined) return rule.allowNoOrigin;
  return origin !== 'null' && rule.allowed.has(origin);
}

/** `ALLOWED_ORIGINS`: a comma list of origins; one that no browser would send like that (a path, `*`, capitals) is a fault. */
export const allowedOriginsSchema: z.ZodType<ReadonlySet<string>, string> = z
  .string()
  .transform(
    (text) =>
      new Set(
        text
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      ),
  )
  .refine(
    (origins) => [...origins].every(isOrigin),
    'must be a comma list like https://example.org,https://example.org:8443',
  );

function isOrigin(text: string): boolean {
  return URL.canParse(text) && text !== 'null' && new URL(text).origin === text;
}
