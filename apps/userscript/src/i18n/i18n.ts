import type { LanguageChoice } from '../settings/settings.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'zh' | 'en';
type Widen<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : T extends readonly [string, string]
      ? [string, string]
      : { [K in keyof T]: Widen<T[K]> };
export type Texts = Widen<typeof en>;

/** As chosen, else the first of the browser's that is one of ours, else Chinese. */
export function pickLanguage(
  choice: LanguageChoice,
  preferred: readonly string[] = navigator.languages,
): Language {
  if (choice !== 'auto') return choice;
  const known = preferred.map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag): tag is Language => tag === 'zh' || tag === 'en') ?? 'zh';
}

export function textsOf(language: Language): Texts {
  return language === 'zh' ? zh : en;
}
