import type { Message } from '@zcbot/protocol/http';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Virtualizer } from 'virtua';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import { randomId } from '../outbox/outbox.ts';
import { useWorkspace } from '../shell/context.ts';
import { showToast } from '../ui/toasts.tsx';
import { Announcer } from './Announcer.tsx';
import { AssistantMessage, Working } from './AssistantMessage.tsx';
import type { Conversation } from './conversation.ts';
import type { Follower } from './follow.ts';
import { OutboxMessage } from './OutboxMessage.tsx';
import { answerText } from './message-text.ts';
import { splitThread, type Split } from './split-thread.ts';
import { useGradualTail } from './use-gradual-tail.ts';
import { UserMessage } from './UserMessage.tsx';

/** Height (in px) kept free above the oldest message for the notice that more is being loaded. */
const HEAD_HEIGHT = 40;
/**
 * Height (in px) taken for a message that has not been measured. Left to itself, the virtual list
 * revises its guess for all of them at once, which moves the page under a reader of the tail.
 */
const ITEM_SIZE = 280;
/** Rendered beyond the visible part (in px), so that fast scrolling does not show gaps. */
const BUFFER_SIZE = 1200;

/**
 * The messages of a task. The newest ones, the growing answer among them, are in normal flow;
 * older pages are virtual. A virtual tail would jump while it grows.
 */
export function Thread({
  conversation,
  scroller,
  follower,
}: {
  conversation: Conversation;
  scroller: { readonly current: HTMLElement | null };
  follower: Follower | null;
}) {
  const workspace = useWorkspace();
  const messages = conversation.messages.value;
  const live = conversation.live.value;
  const split = useRef<Split | null>(null);
  split.current = splitThread(messages, split.current, follower?.following.peek() ?? true);
  const { older, tail, grownAtStart } = split.current;
  const tailElement = useRef<HTMLDivElement>(null);
  const undrawn = useGradualTail(tail.length, tailElement, scroller);
  const shown = new Set(messages.map(({ id }) => id));
  const waiting = workspace.outbox.entries.value.filter(
    ({ id, taskId }) => taskId === conversation.taskId && !shown.has(id),
  );
  const answering = live && messages.some((m) => m.run_id === live.runId && m.role === 'assistant');

  function again(message: Message, mode: 'retry' | 'continue'): void {
    const body = { id: randomId(), mode, run_id: message.run_id! };
    workspace.api.startRun(conversation.taskId, body).then(
      ({ run_id }) => conversation.expect(run_id),
      (error: unknown) => workspace.lifetime.aborted || showToast(failureText(error)),
    );
  }

  function view(message: Message) {
    if (message.role === 'user') return <Sent key={message.id} message={message} />;
    const mine = live?.runId === message.run_id && message.status === 'streaming';
    const repeatable = !live && isBrokenOff(message) && endsItsTurn(messages, message);
    return (
      <AssistantMessage
        key={message.id}
        message={message}
        live={mine ? live : null}
        usage={message.run_id === null ? undefined : conversation.usage.get(message.run_id)}
        onAgain={repeatable ? (mode) => again(message, mode) : null}
      />
    );
  }

  return (
    <div class="thread">
      <Older conversation={conversation} />
      <Virtualizer
        data={older}
        scrollRef={scroller}
        startMargin={HEAD_HEIGHT}
        shift={grownAtStart}
        itemSize={ITEM_SIZE}
        bufferSize={BUFFER_SIZE}
      >
        {view}
      </Virtualizer>
      <div class="tail" ref={tailElement}>
        {tail.slice(undrawn).map(view)}
        {live && !answering && <Working parts={0} />}
        {waiting.map((entry) => (
          <OutboxMessage key={entry.id} entry={entry} />
        ))}
      </div>
      <Announcer conversation={conversation} />
    </div>
  );
}

function isBrokenOff({ status, run_id }: Message): boolean {
  return run_id !== null && (status === 'failed' || status === 'interrupted');
}

/** No other answer to the same question follows: only then does another try make sense. */
function endsItsTurn(messages: readonly Message[], message: Message): boolean {
  return messages[messages.indexOf(message) + 1]?.role !== 'assistant';
}

/** A message the server has; while a run works, later ones wait there for their turn. */
function Sent({ message }: { message: Message }) {
  const { api, conversation, lifetime } = useWorkspace();
  const { status } = message;
  // The stream carries the run that is being answered, and not this one.
  const withdraw = (): void =>
    void api
      .stopRun(message.run_id!)
      .then(() => conversation.peek()?.sync())
      .catch((error: unknown) => lifetime.aborted || showToast(failureText(error)));
  return (
    <UserMessage
      id={message.id}
      text={answerText(message.parts)}
      at={message.created_at}
      status={status === 'queued' || status === 'stopped' ? status : 'sent'}
    >
      {status === 'queued' && (
        <>
          <span data-testid="queued">{t('chat.queued')}</span>
          <button type="button" class="button-text" onClick={withdraw}>
            {t('chat.withdraw')}
          </button>
        </>
      )}
      {status === 'stopped' && <span>{t('chat.stopped.queued')}</span>}
    </UserMessage>
  );
}

function Older({ conversation }: { conversation: Conversation }) {
  const loading = conversation.olderLoading.value;
  return (
    <ThreadHead>
      {conversation.hasOlder.value && (
        <button
          type="button"
          class="button-text"
          aria-disabled={loading}
          onClick={() => {
            conversation.loadOlder().catch(() => showToast(t('chat.older.failed')));
          }}
        >
          {t(loading ? 'chat.older' : 'chat.older.button')}
        </button>
      )}
    </ThreadHead>
  );
}

export function ThreadHead({ children }: { children?: ComponentChildren }) {
  return (
    <div class="thread-head" style={{ height: `${HEAD_HEIGHT}px` }}>
      {children}
    </div>
  );
}

/** Marks the newest answer as read while it is on the screen. */
export function useReadMark(conversation: Conversation): void {
  const { tasks } = useWorkspace();
  const marked = useRef<string | null>(null);
  const task = tasks.items.value.find(({ id }) => id === conversation.taskId);
  const newest = conversation.messages.value.findLast(({ status }) => status !== 'queued');
  const due = task?.unread === true && newest !== undefined && newest.status !== 'streaming';

  useLayoutEffect(() => {
    if (!due) return;
    const mark = (): void => {
      if (document.visibilityState !== 'visible' || marked.current === newest.id) return;
      marked.current = newest.id;
      // Not urgent: the mark comes back with the next change of the task.
      tasks.patch(conversation.taskId, { read_through: newest.id }).catch(() => undefined);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [due, newest?.id]);
}
