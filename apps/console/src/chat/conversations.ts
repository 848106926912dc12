import type { Endpoints } from '../api/endpoints.ts';
import { createConversation, type Conversation } from './conversation.ts';

/** Kept in memory, so that going back to one is instant. */
const KEPT = 8;

export interface Conversations {
  /** The task's conversation, made when it is opened for the first time. */
  of(taskId: string): Conversation;
  /** Only if it is kept. */
  find(taskId: string): Conversation | undefined;
}

export function createConversations(settings: {
  api: Pick<Endpoints, 'listMessages'>;
  lifetime: AbortSignal;
  onGap: () => void;
}): Conversations {
  /** Least recently opened first. */
  const kept = new Map<string, Conversation>();
  return {
    find: (taskId) => kept.get(taskId),
    of(taskId) {
      const conversation = kept.get(taskId) ?? createConversation({ taskId, ...settings });
      kept.delete(taskId);
      kept.set(taskId, conversation);
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest) kept.delete(oldest);
      return conversation;
    },
  };
}
