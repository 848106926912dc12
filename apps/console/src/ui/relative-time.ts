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
  const format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' });
  return format.format(-Math.floor(seconds / length), unit);
}
