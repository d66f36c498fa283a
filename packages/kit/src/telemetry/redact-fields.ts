import { REDACTED } from '../config/redact-config.js';
import { redactText } from './redact-text.js';

const SECRET_WORD =
  /(^|_)(tokens?|jwt|authorization|cookie|passwords?|credentials?|secrets?|sdp|candidates?|keys?)$/;
const MAX_DEPTH = 4;

/**
 * The fields with every value whose name ends in a secret's word replaced (`token`, `dev_token`, `roomToken`, …), in
 * nested objects too, and with what has the shape of a secret replaced in all others. What is nested more than four deep
 * is left out.
 */
export function redactFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const shown = new Map<string, unknown>();
  for (const [name, value] of Object.entries(fields)) {
    shown.set(name, isSecret(name) && typeof value !== 'boolean' ? REDACTED : redactValue(value, depth));
  }
  return Object.fromEntries(shown);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[…]';
  if (value instanceof Error) {
    const { name, message, stack = '' } = value;
    return { name, message: redactText(message), stack: redactText(stack) };
  }
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redactFields(value as Record<string, unknown>, depth + 1);
}

function isSecret(name: string): boolean {
  return SECRET_WORD.test(
    name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  );
}
