export type Language = 'en' | 'zh';
export type Text = Record<Language, string>;

/** POSIX order: LC_ALL, LC_MESSAGES, LANG; where none is set (Windows), the system's locale. */
export function pickLanguage(environment: Record<string, string | undefined>): Language {
  const locale =
    environment.LC_ALL ||
    environment.LC_MESSAGES ||
    environment.LANG ||
    Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

export function say(text: Text, language: Language): string {
  return text[language];
}
