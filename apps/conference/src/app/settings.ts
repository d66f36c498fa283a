import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { TextKey } from '../i18n/en.js';
import { LANGUAGES, languageOf, translate } from '../i18n/translate.js';
import type { Language, TextValues } from '../i18n/translate.js';
import type { Memory } from './memory.js';

/** How the page looks: `auto` is as the system. */
export type Theme = 'auto' | 'light' | 'dark';

/** A text in the language of now. */
export type Translate = (key: TextKey, values?: TextValues) => string;

/** What the user has chosen about the page; remembered by the browser. */
export interface Settings {
  readonly name: Signal<string>;
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
  /** Whether shortcuts of one letter are on. */
  readonly shortcuts: Signal<boolean>;
  readonly t: Translate;
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** The settings that `memory` holds, applied to `root`, the document's element, now and whenever they change. */
export function createSettings(memory: Memory, languages: readonly string[], root: HTMLElement): Settings {
  const told = memory.get('language');
  const settings: Omit<Settings, 't'> = {
    name: signal(memory.get('name') ?? ''),
    language: signal(told !== undefined && told in LANGUAGES ? (told as Language) : languageOf(languages)),
    theme: signal(THEMES.find((theme) => theme === memory.get('theme')) ?? 'auto'),
    shortcuts: signal(memory.get('shortcuts') !== 'off'),
  };
  const { name, language, theme, shortcuts } = settings;
  effect(() => memory.set('name', name.value));
  effect(() => memory.set('shortcuts', shortcuts.value ? 'on' : 'off'));
  effect(() => {
    memory.set('language', language.value);
    root.lang = language.value;
  });
  effect(() => {
    memory.set('theme', theme.value);
    if (theme.value === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = theme.value;
  });
  return { ...settings, t: (key, values) => translate(language.value, key, values) };
}
