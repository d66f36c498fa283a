import { expect, test } from 'vitest';
import { en } from '../src/i18n/en.js';
import type { TextKey } from '../src/i18n/en.js';
import { ko } from '../src/i18n/ko.js';
import { languageOf, translate } from '../src/i18n/translate.js';

const KEYS = Object.keys(en) as TextKey[];
const slots = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('English and Korean have the same keys, in the same order', () => {
  expect(Object.keys(ko)).toEqual(KEYS);
});

test('every text of both languages says something, and takes the same values', () => {
  for (const key of KEYS) {
    expect(en[key].trim(), key).not.toBe('');
    expect(ko[key].trim(), key).not.toBe('');
    expect(slots(ko[key]), key).toEqual(slots(en[key]));
  }
});

test('Korean is Korean: nothing was left in English', () => {
  const foreign = KEYS.filter((key) => !/\p{Script=Hangul}/u.test(ko[key]) && ko[key] !== en[key]);
  expect(foreign).toEqual([]);
  const same = KEYS.filter((key) => ko[key] === en[key]);
  expect(same).toEqual(['device.nth', 'notice.reaction', 'notice.message']);
});

test('values are put in as they are, and one that is missing is seen', () => {
  expect(translate('en', 'notice.joined', { name: '$& {name} <b>' })).toBe('$& {name} <b> is here');
  expect(translate('ko', 'notice.joined')).toContain('{name}');
});

test.each([
  [['ko-KR', 'en'], 'ko'],
  [['de', 'ko', 'en'], 'ko'],
  [['en-GB', 'ko'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
])('of the languages %j the page speaks %s', (wanted, language) => {
  expect(languageOf(wanted)).toBe(language);
});
