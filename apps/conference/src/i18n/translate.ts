import { en } from './en.js';
import type { TextKey, Texts } from './en.js';
import { ko } from './ko.js';

/** A language that the page speaks. */
export type Language = 'en' | 'ko';

/** The languages, each by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

const TEXTS: Readonly<Record<Language, Texts>> = { en, ko };

/** What the page puts into a text. */
export type TextValues = Readonly<Record<string, string | number>>;

/** A text in a language, with each `{name}` replaced by its value. */
export function translate(language: Language, key: TextKey, values: TextValues = {}): string {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The first of a browser's languages that the page speaks; English if there is none. */
export function languageOf(wanted: readonly string[]): Language {
  const known = wanted
    .map((tag) => tag.toLowerCase().split('-')[0])
    .find((tag) => tag === 'ko' || tag === 'en');
  return known === 'ko' ? 'ko' : 'en';
}
