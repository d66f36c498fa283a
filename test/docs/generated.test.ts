import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkMetricDefinitions, COMMON_METRICS } from '@parley/kit';
import { GATEWAY_METRICS } from '@parley/gateway';
import { ROOMS_METRICS } from '@parley/rooms';
import { TURN_METRICS } from '@parley/turn-credentials';
import { VERSION } from '@parley/kit';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { SECTIONS, withSections } from '../../scripts/docs/sections.mjs';

const ROOT = new URL('../../', import.meta.url);

test.each(Object.keys(SECTIONS))('%s says what the source says (npm run docs mends it)', async (page) => {
  const file = fileURLToPath(new URL(page, ROOT));
  const text = readFileSync(file, 'utf8');
  const fresh = await format(withSections(page, text), { ...(await resolveConfig(file)), filepath: file });
  expect(text).toBe(fresh);
});

test('O1 every metric keeps the naming rules, and no two services define one name differently', () => {
  const all = [...COMMON_METRICS, ...GATEWAY_METRICS, ...ROOMS_METRICS, ...TURN_METRICS];
  expect(checkMetricDefinitions(all)).toEqual([]);
  for (const { name } of all) expect(name).toMatch(/^parley_/);
});

test('the version of build info is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
