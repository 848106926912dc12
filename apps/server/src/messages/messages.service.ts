import { createHash } from 'node:crypto';
import {
  QUEUE_MAX,
  type Accepted,
  type Message,
  type MessagePage,
  type MessageQuery,
  type NewMessage,
} from '@zcbot/protocol/http';
import type { Actor } from '../http/context.ts';
import { notFound, ProblemError } from '../http/problem.ts';
import type { Hub } from '../events/hub.ts';
import type { EventLogStore } from '../runs/event-log.store.ts';
import type { MessageStore, StoredMessage } from './messages.store.ts';

const AUTO_TITLE_MAX = 60;

export function createMessageService(parts: {
  store: MessageStore;
  events: Pick<EventLogStore, 'foldRun'>;
  hub: Hub;
  /** Called once the message is stored: the task has something to run. */
  onQueued: (taskId: string) => void;
}) {
  /** The log is ahead of the stored parts while an answer is being written. */
  async function withProgress(message: StoredMessage): Promise<Message> {
    if (message.status !== 'streaming' || message.run_id === null) return { ...message, seq: 0 };
    const folded = await parts.events.foldRun(message.run_id);
    return { ...message, parts: folded.parts, seq: folded.seq };
  }

  return {
    async post(actor: Actor, taskId: string, input: NewMessage): Promise<Accepted> {
      const posted = await parts.store.post(
        actor,
        taskId,
        { id: input.id, text: input.text, bodyHash: bodyHash(input), title: titleFrom(input.text) },
        QUEUE_MAX,
      );
      if (posted.outcome === 'unknown_task') throw notFound('task');
      if (posted.outcome === 'reused') {
        throw new ProblemError(
          'message_id_reused',
          'This message id was used with another body. Make a new id for a new message.',
        );
      }
      if (posted.outcome === 'queue_full') {
        throw new ProblemError(
          'queue_full',
          `${QUEUE_MAX} messages are waiting already. Send this one again once some are answered.`,
        );
      }
      if (posted.outcome === 'accepted') {
        parts.hub.publish(`user:${actor.userId}`);
        parts.onQueued(taskId);
      }
      return { message_id: input.id, run_id: posted.runId };
    },

    async list(actor: Actor, taskId: string, page: MessageQuery): Promise<MessagePage> {
      const found = await parts.store.page(actor, taskId, {
        limit: page.limit,
        ...(page.before === undefined ? {} : { before: page.before }),
      });
      if (!found) throw notFound(page.before === undefined ? 'task' : 'task or message');
      const items = await Promise.all(found.messages.map(withProgress));
      return { items, next_before: found.more ? (items[0]?.id ?? null) : null };
    },
  };
}

export type MessageService = ReturnType<typeof createMessageService>;

function bodyHash({ text, files }: NewMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([text, files ?? []]))
    .digest('hex');
}

function titleFrom(text: string): string {
  const line = text
    .trim()
    .split(/\r?\n/, 1)[0]!
    .replace(/^#+\s*/, '');
  const characters = Array.from(line);
  return characters.length > AUTO_TITLE_MAX
    ? `${characters.slice(0, AUTO_TITLE_MAX - 1).join('')}…`
    : line;
}
