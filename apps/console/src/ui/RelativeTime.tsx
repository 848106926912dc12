import { signal } from '@preact/signals';
import { language, t } from '../i18n/i18n.ts';

const TICK_MS = 30_000;
const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), TICK_MS);

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "5 minutes ago", with the exact time on hover and for assistive technology. */
export function RelativeTime({ at }: { at: string }) {
  const exact = new Intl.DateTimeFormat(language.value, { dateStyle: 'full', timeStyle: 'short' });
  return (
    <time class="time" dateTime={at} title={exact.format(new Date(at))}>
      {relativeTime(Date.parse(at), Math.max(now.value, Date.parse(at)), language.value)}
    </time>
  );
}

export function relativeTime(at: number, reference: number, locale: string): string {
  const seconds = Math.round((reference - at) / 1000);
  const step = STEPS.find(([, length]) => seconds >= length);
  if (!step) return t('time.now');
  const [unit, length] = step;
  const format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' });
  return format.format(-Math.floor(seconds / length), unit);
}
