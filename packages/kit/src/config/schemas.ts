import { z } from 'zod';

/** Bounds of a number, both included. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Text of some length; the message says the bounds. */
export function text({ min = 1, max = 4096 }: Range = {}): z.ZodType<string, string> {
  return z.string().refine((value) => value.length >= min && value.length <= max, {
    message: `must have ${min} to ${max} characters`,
  });
}

/** One of a closed set. */
export function choice<const T extends readonly string[]>(options: T): z.ZodType<T[number], string> {
  const message = `must be one of ${options.join(', ')}`;
  return z
    .string()
    .refine((value) => options.includes(value), { message })
    .transform((value): T[number] => value);
}

/** A number in decimal notation, in a range. */
export function decimal({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): z.ZodType<number, string> {
  return numeric(/^-?\d{1,16}(\.\d{1,9})?$/, `must be a number from ${min} to ${max}`, { min, max });
}

/** A whole number, in a range. */
export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): z.ZodType<number, string> {
  return numeric(/^-?\d{1,16}$/, `must be a whole number from ${min} to ${max}`, { min, max });
}

/** A TCP port; 0 lets the system choose. */
export function port(): z.ZodType<number, string> {
  return integer({ min: 0, max: 65_535 });
}

/** A duration in seconds, fractions allowed, given to the code in seconds. */
export function seconds({ min = 0, max = 86_400 * 365 }: Range = {}): z.ZodType<number, string> {
  return numeric(/^\d{1,9}(\.\d{1,9})?$/, `must be a number of seconds from ${min} to ${max}`, { min, max });
}

/** on, true, yes, 1 or off, false, no, 0, in any case. */
export function boolean(): z.ZodType<boolean, string> {
  return z
    .string()
    .refine((value) => /^(on|true|yes|1|off|false|no|0)$/i.test(value), { message: 'must be on or off' })
    .transform((value) => /^(on|true|yes|1)$/i.test(value));
}

/** Items between commas, trimmed, empty ones left out; each passes `item`. */
export function list<T>(item: z.ZodType<T, string>): z.ZodType<readonly T[], string> {
  return z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .pipe(z.array(item));
}

/** An absolute URL with one of these schemes (as `redis:`), as written. */
export function url(schemes: readonly string[]): z.ZodType<string, string> {
  const allowed = (value: string): boolean =>
    URL.canParse(value) && schemes.includes(new URL(value).protocol);
  return z.string().refine(allowed, { message: `must be a URL with ${schemes.join(' or ')}` });
}

function numeric(pattern: RegExp, message: string, { min, max }: Required<Range>): z.ZodType<number, string> {
  const fits = (value: string): boolean =>
    pattern.test(value) && Number(value) >= min && Number(value) <= max;
  return z.string().refine(fits, { message }).transform(Number);
}
