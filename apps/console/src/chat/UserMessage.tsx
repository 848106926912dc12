import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';

/** What the user wrote, word for word, and under it where it stands. */
export function UserMessage({
  id,
  text,
  at,
  status,
  children,
}: {
  id: string;
  text: string;
  at: string;
  /** `sent`, or the reason why it is not answered yet; for tests and styling. */
  status: 'sent' | 'queued' | 'stopped' | 'outbox-queued' | 'outbox-sending' | 'outbox-failed';
  children?: ComponentChildren;
}) {
  return (
    <article
      class={`message user ${status}`}
      aria-label={t('chat.you')}
      data-testid="user-message"
      data-message-id={id}
      data-status={status}
    >
      <div class="bubble">{text}</div>
      <footer class="message-foot">
        {children}
        <RelativeTime at={at} />
      </footer>
    </article>
  );
}
