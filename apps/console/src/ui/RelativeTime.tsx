import { signal } from '@preact/signals';
import { language, t } from '../i18n/i18n.ts';
import { exactTime, relativeTime } from './relative-time.ts';

const TICK_MS = 30_000;
const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), TICK_MS);

/** How long ago, with the exact time on hover and for assistive technology. */
export function RelativeTime({ at }: { at: string }) {
  const moment = Date.parse(at);
  return (
    <time class="time" dateTime={at} title={exactTime(moment, language.value)}>
      {relativeTime(moment, now.value, language.value) ?? t('time.now')}
    </time>
  );
}
