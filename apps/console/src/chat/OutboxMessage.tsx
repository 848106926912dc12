import { codeText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import { useWorkspace } from '../shell/context.ts';
import { UserMessage } from './UserMessage.tsx';

/** A message on its way: waiting, being sent, or refused. */
export function OutboxMessage({ entry }: { entry: OutboxEntry }) {
  const { outbox, sender } = useWorkspace();
  const state = sender.sending.value === entry.id ? 'sending' : entry.state;
  return (
    <UserMessage
      id={entry.id}
      text={entry.text}
      at={new Date(entry.createdAt).toISOString()}
      status={`outbox-${state}`}
    >
      {state === 'failed' ? (
        <>
          <span class="not-sent">
            {t('outbox.failed')}
            {entry.fault && ` · ${reason(entry.fault)}`}
          </span>
          <button type="button" class="button-text" onClick={() => sender.retry(entry.id)}>
            {t('outbox.retry')}
          </button>
          <button type="button" class="button-text" onClick={() => outbox.remove(entry.id)}>
            {t('outbox.delete')}
          </button>
        </>
      ) : (
        <>
          <span data-testid="outbox-state">
            {t(state === 'sending' ? 'outbox.sending' : 'outbox.queued')}
          </span>
          {state === 'queued' && (
            <button type="button" class="button-text" onClick={() => outbox.remove(entry.id)}>
              {t('outbox.delete')}
            </button>
          )}
        </>
      )}
    </UserMessage>
  );
}

function reason({ code, detail }: { code: string; detail: string }): string {
  if (code === 'invalid_request') return t('error.message_failed', { detail });
  return codeText(code, detail);
}
