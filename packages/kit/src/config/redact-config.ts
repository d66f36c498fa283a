import type { ConfigDefinition, ConfigFields, ConfigValues } from './define-config.js';

/** What stands for a secret. */
export const REDACTED = '[redacted]';

/**
 * The values by variable, as text fit for a log: secrets are redacted when set, and so is what stands before the `@` of
 * a URL.
 */
export function redactConfig<F extends ConfigFields>(
  definition: ConfigDefinition<F>,
  values: ConfigValues<F>,
): Record<string, string> {
  const shown = Object.entries(definition.fields).map(([name, field]) => {
    const value: unknown = values[name];
    if (value === undefined) return [field.env, ''];
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return [field.env, field.secret === true && text !== '' ? REDACTED : withoutUserInfo(text)];
  });
  return Object.fromEntries(shown) as Record<string, string>;
}

function withoutUserInfo(text: string): string {
  return text.replaceAll(/:\/\/[^/?#,\s]*@/g, `://${REDACTED}@`);
}
