import type { z } from 'zod';

/** One setting: an environment variable and what it may hold. */
export interface ConfigField {
  /** Name of the variable, as `ADMIN_PORT`. */
  readonly env: string;
  /** From the variable's trimmed text to the value. Its messages never repeat the text. */
  readonly schema: z.ZodType<unknown, string>;
  /** The text that stands in when the variable is unset or empty; it passes through the schema too. */
  readonly default?: string;
  /** True: may be unset without a default, and is then undefined. */
  readonly optional?: boolean;
  /** One sentence for the table and `--help`, with the unit. */
  readonly description: string;
  /** True: never shown. */
  readonly secret?: boolean;
}

/** Settings by the name that code uses. */
export type ConfigFields = Readonly<Record<string, ConfigField>>;

/** What `loadConfig` gives for these fields. */
export type ConfigValues<F extends ConfigFields> = {
  readonly [K in keyof F]:
    z.output<F[K]['schema']> | (F[K] extends { readonly optional: true } ? undefined : never);
};

/** A program's settings. */
export interface ConfigDefinition<F extends ConfigFields> {
  readonly fields: F;
  /** What is wrong with the values taken together, one sentence each. Called only if each is right by itself. */
  readonly check: (values: ConfigValues<F>) => readonly string[];
}

/** States a program's settings as data. Throws if two fields read one variable: that is a mistake of the program. */
export function defineConfig<const F extends ConfigFields>(
  fields: F,
  check: (values: ConfigValues<F>) => readonly string[] = () => [],
): ConfigDefinition<F> {
  const seen = new Set<string>();
  for (const { env } of Object.values(fields)) {
    if (seen.has(env)) throw new Error(`two settings read ${env}`);
    seen.add(env);
  }
  return { fields, check };
}
