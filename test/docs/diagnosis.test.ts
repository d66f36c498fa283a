import { VERDICTS } from '@parley/rooms';
import { expect, test } from 'vitest';
import { en } from '../../apps/conference/src/i18n/en.js';

const SLOTS = /\{(\w+)\}/g;
const slotsIn = (text: string): string[] => [...text.matchAll(SLOTS)].map(([, name = '']) => name);

test('the page has words for every verdict that the servers know, and fills in nothing that they do not tell', () => {
  const texts: ReadonlyMap<string, string> = new Map(Object.entries(en));
  const shown = [...texts.keys()].filter((key) => key.startsWith('verdict.') && key !== 'verdict.unknown');
  expect(shown.sort()).toEqual(
    Object.keys(VERDICTS)
      .map((code) => `verdict.${code}`)
      .sort(),
  );
  for (const [code, { words }] of Object.entries(VERDICTS)) {
    const told = slotsIn(words);
    for (const slot of slotsIn(texts.get(`verdict.${code}`) ?? '')) {
      expect(told, `${code}: {${slot}}`).toContain(slot);
      expect(slot).not.toBe('gateway');
    }
  }
});
