import type { Message } from '@zcbot/protocol/http';
import { engineFaultText } from '../i18n/failure-text.ts';
import { language, t } from '../i18n/i18n.ts';
import { Icon } from '../ui/Icon.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import type { LiveRun, Usage } from './live-run.ts';
import { CopyButton } from './CopyButton.tsx';
import { answerText } from './message-text.ts';
import { Parts } from './Parts.tsx';

export function AssistantMessage({
  message,
  live,
  usage,
  onAgain,
}: {
  message: Message;
  /** The run that is writing this message, while it does. */
  live: LiveRun | null;
  usage: Usage | undefined;
  /** Asks for another run; null where that cannot be done (any more). */
  onAgain: ((mode: 'retry' | 'continue') => void) | null;
}) {
  if (live) void live.version.value;
  const parts = live ? live.parts : message.parts;
  const streaming = message.status === 'streaming';
  return (
    <article
      class="message assistant"
      aria-label={t('chat.assistant')}
      aria-busy={streaming}
      data-testid="assistant-message"
      data-message-id={message.id}
      data-status={message.status}
    >
      <Parts parts={parts} streaming={streaming} />
      {streaming && <Working parts={parts.length} />}
      <Ending message={message} onAgain={onAgain} />
      {!streaming && (
        <footer class="message-foot">
          {answerText(parts) !== '' && <CopyButton text={() => answerText(message.parts)} />}
          <RelativeTime at={message.created_at} />
          {usage && (
            <span class="usage" data-testid="usage">
              {t('chat.usage', {
                input: usage.inputTokens.toLocaleString(language.value),
                output: usage.outputTokens.toLocaleString(language.value),
              })}
            </span>
          )}
        </footer>
      )}
    </article>
  );
}

/** Always there while an answer is being written, so that a pause is not taken for its end. */
export function Working({ parts }: { parts: number }) {
  return (
    <p class="progress" data-testid="working">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class={parts > 0 ? 'visually-hidden' : ''}>
        {t(parts > 0 ? 'chat.writing' : 'chat.thinking')}
      </span>
    </p>
  );
}

function Ending({
  message,
  onAgain,
}: {
  message: Message;
  onAgain: ((mode: 'retry' | 'continue') => void) | null;
}) {
  if (message.status === 'stopped') {
    return (
      <p class="ending" data-testid="ending">
        {t('chat.stopped')}
      </p>
    );
  }
  if (message.status === 'interrupted') {
    return (
      <div class="ending" data-testid="ending">
        <span>{t('chat.interrupted')}</span>
        {onAgain && (
          <button type="button" class="button small" onClick={() => onAgain('continue')}>
            {t('chat.continue')}
          </button>
        )}
      </div>
    );
  }
  if (message.status !== 'failed') return null;
  return (
    <div class="ending failed" data-testid="ending">
      <Icon name="warning" />
      <span>
        {t('chat.answer.failed')} {message.error && engineFaultText(message.error)}
      </span>
      {onAgain && (
        <button type="button" class="button small" onClick={() => onAgain('retry')}>
          {t('chat.answer.retry')}
        </button>
      )}
    </div>
  );
}
