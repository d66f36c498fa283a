import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as protocol from '@parley/protocol';
import * as schemas from '@parley/protocol/schemas';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { toJSONSchema } from 'zod';

import { documents } from '../tools/documents.mjs';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const generated = documents({ protocol, schemas, toJSONSchema });

describe('generated documents', () => {
  test.each([...generated])('%s is what the sources make', async (name, content) => {
    const file = docs + name;
    const expected = await format(content, { ...(await resolveConfig(file)), filepath: file });
    expect(readFileSync(file, 'utf8'), 'run packages/protocol/tools/generate-docs.mjs').toBe(expected);
  });

  test('nothing else lies beside them', () => {
    const names = readdirSync(`${docs}protocol`).map((name) => `protocol/${name}`);
    expect(names.sort()).toEqual([...generated.keys()].filter((name) => name.startsWith('protocol/')).sort());
  });

  test('every error code and close code stands in ERRORS.md', () => {
    const page = readFileSync(`${docs}ERRORS.md`, 'utf8');
    for (const code of Object.keys(protocol.ERRORS)) expect(page).toContain(`\`${code}\``);
    for (const { code } of Object.values(protocol.CLOSE_CODES)) expect(page).toContain(String(code));
  });

  test('every reference in the AsyncAPI document leads somewhere', () => {
    const document = JSON.parse(generated.get('protocol/asyncapi.json') ?? '') as object;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(references.length).toBeGreaterThan(30);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect(target, reference).toBeDefined();
    }
  });
});

describe('tables of codes', () => {
  test('[CLOSE-2] the range of a close code says what to do, and no code stands twice', () => {
    const codes = Object.values(protocol.CLOSE_CODES);
    expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
    for (const { code, action } of codes) expect(protocol.closeAction(code)).toBe(action);
    for (const code of [1000, 1001, 1006, 1011, 1012]) expect(protocol.closeAction(code)).toBe('reconnect');
  });

  test('the body of an error carries its code, its words and how to go on', () => {
    expect(protocol.errorBody('unavailable', undefined, 250)).toEqual({
      code: 'unavailable',
      message: protocol.ERRORS.unavailable.meaning,
      retry: 'after',
      retryAfterMs: 250,
    });
    expect(protocol.errorBody('forbidden', 'no')).toEqual({ code: 'forbidden', message: 'no', retry: 'no' });
  });
});
