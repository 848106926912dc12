/** One SSE event of /v3/chat to a ChatEvent (docs: chat_v3; real captures in Coze's Python SDK). */
import { z } from 'zod';
import { streamFailure } from '../errors/describe-answer.ts';
import type { Chat, ChatEvent } from './chat-events.ts';
import { toChat, toMessage, WireChat, WireMessage } from './chat.schema.ts';

export interface SseEvent {
  event: string;
  data: string;
}

export interface EventContext {
  what: string;
  /** `x-tt-logid` of the answer the event came in. */
  logid: string | undefined;
}

/** `done`: Coze's own end of stream. `incomplete`: the data is no JSON, or not what the name says. */
export type ParsedEvent = ChatEvent | 'done' | 'incomplete';

const Failure = z.looseObject({
  code: z.number().optional().catch(undefined),
  msg: z.string().optional().catch(undefined),
});

const CHAT_EVENTS: Record<string, (chat: Chat) => ChatEvent> = {
  'conversation.chat.created': (chat) => ({ type: 'chat.created', chat }),
  'conversation.chat.in_progress': (chat) => ({ type: 'chat.in_progress', chat }),
  'conversation.chat.completed': (chat) => ({ type: 'chat.completed', chat }),
  'conversation.chat.requires_action': (chat) => ({ type: 'chat.requires_action', chat }),
  'conversation.chat.required_action': (chat) => ({ type: 'chat.requires_action', chat }),
  'conversation.chat.canceled': (chat) => ({ type: 'chat.canceled', chat }),
  'conversation.chat.cancelled': (chat) => ({ type: 'chat.canceled', chat }),
};

const MESSAGE_EVENTS = {
  'conversation.message.delta': 'message.delta',
  'conversation.message.completed': 'message.completed',
  'conversation.audio.delta': 'audio.delta',
} as const;

function isMessageEvent(name: string): name is keyof typeof MESSAGE_EVENTS {
  return Object.hasOwn(MESSAGE_EVENTS, name);
}

/** @throws CozeError for an `error` event */
export function parseEvent({ event: name, data }: SseEvent, context: EventContext): ParsedEvent {
  // "[DONE]" comes with quotes from /v3/chat, as an object from the workflow endpoint.
  if (name === 'done' || data === '[DONE]' || data === '"[DONE]"') return 'done';
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return 'incomplete';
  }
  if (name === 'error') {
    throw streamFailure(Failure.catch({}).parse(json), context.logid, context.what);
  }
  if (isMessageEvent(name)) {
    const message = WireMessage.safeParse(json);
    if (!message.success) return 'incomplete';
    return { type: MESSAGE_EVENTS[name], message: toMessage(message.data) };
  }
  if (name !== 'conversation.chat.failed' && !Object.hasOwn(CHAT_EVENTS, name)) {
    return { type: 'unknown', name };
  }
  const wire = WireChat.safeParse(json);
  if (name === 'conversation.chat.failed') return failed(json, wire.data, context);
  const make = CHAT_EVENTS[name];
  return wire.success && make ? make(toChat(wire.data)) : 'incomplete';
}

/** Coze sends the whole chat with `last_error`, or (docs' other sample) `{code, msg}` alone. */
function failed(
  json: unknown,
  wire: z.infer<typeof WireChat> | undefined,
  context: EventContext,
): ParsedEvent {
  const told = wire?.last_error ?? Failure.catch({}).parse(json);
  const chat: Chat = wire
    ? { ...toChat(wire), status: 'failed' }
    : { id: '', conversationId: '', botId: '', status: 'failed', toolCalls: [] };
  return { type: 'chat.failed', chat, error: streamFailure(told, context.logid, context.what) };
}
