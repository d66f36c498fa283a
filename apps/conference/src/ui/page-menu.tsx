import { useApp } from '../app/app-context.js';
import { LANGUAGES } from '../i18n/translate.js';
import type { Language } from '../i18n/translate.js';
import type { Theme } from '../app/settings.js';
import { Choice } from './choice.js';

/** Language and appearance. */
export function PageMenu() {
  const { language, theme, t } = useApp().settings;
  const themes = (['auto', 'light', 'dark'] as const).map((value) => ({
    value,
    text: t(`settings.theme.${value}`),
  }));
  const languages = Object.entries(LANGUAGES).map(([value, text]) => ({ value, text }));
  return (
    <div class="page-menu">
      <Choice
        label={t('settings.language')}
        value={language.value}
        options={languages}
        choose={(value) => (language.value = value as Language)}
      />
      <Choice
        label={t('settings.theme')}
        value={theme.value}
        options={themes}
        choose={(value) => (theme.value = value as Theme)}
      />
    </div>
  );
}
