import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ApiError } from '../api/api-error.ts';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import { MessageSkeleton } from '../shell/ConsoleSkeleton.tsx';
import { useWorkspace } from '../shell/context.ts';
import { Icon } from '../ui/Icon.tsx';
import type { Conversation } from './conversation.ts';
import { EmptyState } from './EmptyState.tsx';
import { createFollower, type Follower } from './follow.ts';
import { OutboxMessage } from './OutboxMessage.tsx';
import { Thread, ThreadHead, useReadMark } from './Thread.tsx';

/** Distance (in px) to the oldest message at which the page before it is fetched. */
const OLDER_AHEAD = 800;

/** The conversation of the open task. Mounted anew for each task, so that it starts at the end. */
export function ChatPane({ conversation }: { conversation: Conversation }) {
  const { outbox } = useWorkspace();
  const phase = conversation.phase.value;
  const nothing =
    conversation.messages.value.length === 0 &&
    !outbox.entries.value.some(({ taskId }) => taskId === conversation.taskId);
  if (phase === 'loading' && nothing) {
    return (
      <Scroller>
        <MessageSkeleton />
      </Scroller>
    );
  }
  if (phase === 'failed') return <LoadingFailed conversation={conversation} />;
  return <Messages conversation={conversation} />;
}

function Messages({ conversation }: { conversation: Conversation }) {
  const workspace = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const follower = useSignal<Follower | null>(null);
  useReadMark(conversation);

  useLayoutEffect(() => {
    const made = createFollower(
      scroller.current!,
      scroller.current!.firstElementChild as HTMLElement,
    );
    follower.value = made;
    return () => made.dispose();
  }, []);

  // Sending is a wish to see what comes of it.
  const sent = workspace.outbox.entries.value.filter(
    ({ taskId }) => taskId === conversation.taskId,
  ).length;
  const before = useRef(sent);
  useLayoutEffect(() => {
    if (sent > before.current) follower.peek()?.toLatest();
    before.current = sent;
  }, [sent]);

  function fetchAhead(): void {
    const top = scroller.current?.scrollTop ?? Infinity;
    if (top < OLDER_AHEAD && !follower.peek()?.following.peek()) {
      // The button at the top says what went wrong and tries again.
      conversation.loadOlder().catch(() => undefined);
    }
  }

  const empty =
    conversation.messages.value.length === 0 && sent === 0 && conversation.live.value === null;
  const jump = follower.value?.following.value === false;
  return (
    <>
      <Scroller innerRef={scroller} onScroll={fetchAhead}>
        {empty ? (
          <EmptyState lead={t('chat.empty.task')} />
        ) : (
          <Thread conversation={conversation} scroller={scroller} follower={follower.value} />
        )}
      </Scroller>
      <div class="jump">
        {jump && (
          <button
            type="button"
            class="button-float"
            data-testid="jump-to-latest"
            onClick={() => follower.value?.toLatest()}
          >
            <Icon name="down" />
            {t('chat.latest')}
          </button>
        )}
      </div>
    </>
  );
}

/** Where a task begins that does not exist yet. */
export function NewTaskPane({ newTaskKey }: { newTaskKey: string }) {
  const { outbox } = useWorkspace();
  const waiting = outbox.entries.value.filter((entry) => entry.newTaskKey === newTaskKey);
  return (
    <Scroller>
      {waiting.length === 0 ? (
        <EmptyState lead={t('chat.empty.lead')} />
      ) : (
        <div class="thread">
          <ThreadHead />
          <div class="tail">
            {waiting.map((entry) => (
              <OutboxMessage key={entry.id} entry={entry} />
            ))}
          </div>
        </div>
      )}
    </Scroller>
  );
}

function Scroller({
  innerRef,
  onScroll,
  children,
}: {
  innerRef?: { current: HTMLDivElement | null };
  onScroll?: () => void;
  children: ComponentChildren;
}) {
  const own = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (innerRef) return;
    own.current!.scrollTop = own.current!.scrollHeight;
  }, [children]);
  return (
    <div
      ref={innerRef ?? own}
      class="scroller"
      role="region"
      aria-label={t('chat.label')}
      tabIndex={0}
      data-testid="conversation"
      {...(onScroll ? { onScroll } : {})}
    >
      <div class="scroller-content">{children}</div>
    </div>
  );
}

/** There is no such task (for this user): nothing can be written to it either. */
export function isMissing(conversation: Conversation | null): boolean {
  const status = conversation?.fault.value?.status;
  return conversation?.phase.value === 'failed' && (status === 404 || status === 400);
}

function LoadingFailed({ conversation }: { conversation: Conversation }) {
  const workspace = useWorkspace();
  const fault = conversation.fault.value;
  return (
    <Scroller>
      <div class="load-failed" role="alert" data-testid="load-failed">
        <Icon name="warning" />
        <h2>{t('chat.failed')}</h2>
        {fault && <p>{reason(fault)}</p>}
        {fault?.detail && (
          <p class="muted" lang="en" data-testid="server-message">
            {fault.detail}
          </p>
        )}
        <div class="load-failed-actions">
          <button type="button" class="button" onClick={() => void conversation.sync()}>
            {t('chat.retry')}
          </button>
          <button type="button" class="button" onClick={() => workspace.openNew()}>
            {t('tasks.new')}
          </button>
        </div>
      </div>
    </Scroller>
  );
}

/** Here an invalid request is an id that no task can have; what to do about it is the same. */
function reason(fault: ApiError): string {
  return fault.code === 'invalid_request' ? t('error.not_found') : failureText(fault);
}
