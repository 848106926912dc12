/** What /v3/chat tells, in our names. Ids are decimal strings of 19 digits, never numbers. */
import type { CozeError } from '../errors/coze-error.ts';

export type ChatStatus =
  'created' | 'in_progress' | 'completed' | 'failed' | 'requires_action' | 'canceled';

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
}

export interface ToolCall {
  id: string;
  type: string;
  name: string;
  /** JSON text, as the model wrote it. */
  arguments: string;
}

export interface Chat {
  id: string;
  conversationId: string;
  botId: string;
  status: ChatStatus;
  sectionId?: string;
  /** Epoch seconds. */
  createdAt?: number;
  completedAt?: number;
  failedAt?: number;
  usage?: Usage;
  /** Filled for `requires_action`. */
  toolCalls: ToolCall[];
}

/** `type` in Coze's words: answer, follow_up, verbose, function_call, tool_response, knowledge, … */
export interface ChatMessage {
  id: string;
  conversationId: string;
  chatId?: string;
  role: string;
  type: string;
  content: string;
  contentType: string;
  reasoning?: string;
  /** Epoch seconds. */
  createdAt?: number;
}

export type ChatEvent =
  | { type: 'chat.created'; chat: Chat }
  | { type: 'chat.in_progress'; chat: Chat }
  | { type: 'message.delta'; message: ChatMessage }
  | { type: 'message.completed'; message: ChatMessage }
  | { type: 'audio.delta'; message: ChatMessage }
  | ChatEnd
  /** An event this version does not know; safe to ignore. */
  | { type: 'unknown'; name: string };

/** Exactly one of these precedes a clean end, unless Coze sent a bare `[DONE]`. */
export type ChatEnd =
  | { type: 'chat.completed'; chat: Chat }
  | { type: 'chat.requires_action'; chat: Chat }
  | { type: 'chat.canceled'; chat: Chat }
  | { type: 'chat.failed'; chat: Chat; error: CozeError };

export function isChatEnd(event: ChatEvent): event is ChatEnd {
  return (
    event.type === 'chat.completed' ||
    event.type === 'chat.requires_action' ||
    event.type === 'chat.canceled' ||
    event.type === 'chat.failed'
  );
}
