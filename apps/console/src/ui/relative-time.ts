const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "5 minutes ago" in the given locale; null for less than a minute. Times in epoch milliseconds. */
export function relativeTime(at: number, now: number, locale: string): string | null {
  const seconds = Math.floor((now - at) / 1000);
  const step = STEPS.find(([, length]) => seconds >= length);
  if (!step) return null;
  const [unit, length] = step;
  return relativeFormat(locale).format(-Math.floor(seconds / length), unit);
}

/** Making a formatter costs far more than using one, and a long conversation shows many times. */
const relativeFormat = perLocale(
  (locale) => new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' }),
);
const exactFormat = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }),
);

export function exactTime(at: number, locale: string): string {
  return exactFormat(locale).format(at);
}

function perLocale<Format>(make: (locale: string) => Format): (locale: string) => Format {
  const made = new Map<string, Format>();
  return (locale) => {
    const known = made.get(locale);
    if (known) return known;
    const format = make(locale);
    made.set(locale, format);
    return format;
  };
}
