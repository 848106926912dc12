import { signal } from '@preact/signals';
import type { KeyValueStorage } from '../storage/storage.ts';
import { en, type TextKey, type Texts } from './en.ts';
import { zhCN } from './zh-CN.ts';

export type Language = 'zh-CN' | 'en';

export const LANGUAGES: Record<Language, { name: string; texts: Texts }> = {
  'zh-CN': { name: '简体中文', texts: zhCN },
  en: { name: 'English', texts: en },
};

export const LANGUAGE_KEY = 'zcbot.lang';

export const language = signal<Language>('en');

/** The text in the present language; reading it in a component follows the language. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return LANGUAGES[language.value].texts[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** Order: the address (`lang=`), the remembered choice, the browser's languages. */
export function chooseLanguage(
  requested: string | null,
  remembered: string | null,
  preferred: readonly string[],
): Language {
  for (const tag of [requested, remembered, ...preferred]) {
    if (tag && /^zh\b/i.test(tag)) return 'zh-CN';
    if (tag && /^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

export function rememberLanguage(storage: KeyValueStorage, chosen: Language): void {
  language.value = chosen;
  storage.set(LANGUAGE_KEY, chosen);
}
