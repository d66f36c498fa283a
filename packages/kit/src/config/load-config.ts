import { ConfigError } from './config-error.js';
import type { ConfigDefinition, ConfigField, ConfigFields, ConfigValues } from './define-config.js';

/** The environment: `process.env`, or a plain object in tests. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings: trimmed, empty counts as unset. Returns a frozen object (lists in it frozen too), or throws one
 * ConfigError that lists every problem.
 */
export function loadConfig<F extends ConfigFields>(
  definition: ConfigDefinition<F>,
  env: Env,
): ConfigValues<F> {
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const [name, field] of Object.entries(definition.fields)) {
    values.set(name, readField(field, env, problems));
  }
  // The keys are those of the definition, and each value came out of its schema or is a listed problem.
  const config = Object.freeze(Object.fromEntries(values)) as ConfigValues<F>;
  if (problems.length === 0) problems.push(...definition.check(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readField(field: ConfigField, env: Env, problems: string[]): unknown {
  const text = env[field.env]?.trim() || field.default;
  if (text === undefined) {
    if (field.optional !== true) problems.push(`${field.env} is not set: ${field.description}`);
    return undefined;
  }
  const parsed = field.schema.safeParse(text);
  if (parsed.success) return Array.isArray(parsed.data) ? Object.freeze(parsed.data) : parsed.data;
  for (const issue of parsed.error.issues) problems.push(`${field.env}: ${issue.message}`);
  return undefined;
}
