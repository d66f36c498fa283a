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
    const text = asText(value);
    return [field.env, field.secret === true && text !== '' ? REDACTED : withoutUserInfo(text)];
  });
  return Object.fromEntries(shown) as Record<string, string>;
}

/** Settings are scalars, lists and sets of them; anything else as JSON. */
function asText(value: unknown): string {
  if (Array.isArray(value) || value instanceof Set) return [...value].map(asText).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function withoutUserInfo(text: string): string {
  return text.replaceAll(/:\/\/[^/?#,\s]*@/g, `://${REDACTED}@`);
}
