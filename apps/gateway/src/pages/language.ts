import type { IncomingHttpHeaders } from 'node:http';

export type Language = 'zh' | 'en';

/** The first of zh and en that the browser prefers; Chinese where it names neither. */
export function languageOf(headers: IncomingHttpHeaders): Language {
  const preferred = (headers['accept-language'] ?? '')
    .split(',')
    .map((item) => item.trim().slice(0, 2));
  return preferred.find((code): code is Language => code === 'zh' || code === 'en') ?? 'zh';
}
