import { z } from 'zod';
import { queryOf, textOf, type Call, type Route } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import type { StoredConversation, StoredMessage } from '../state/conversations.ts';
import { readMetaData } from './meta-data.ts';

const ListBody = z.looseObject({
  order: z.enum(['asc', 'desc']).default('desc'),
  chat_id: z.string().nullish(),
  before_id: z.string().nullish(),
  after_id: z.string().nullish(),
  limit: z.int().min(1).max(50).default(50),
});

/** Only questions and answers; newest first unless asked otherwise (docs: list_message). */
function list(call: Call): object {
  const conversation = conversationOf(call);
  const parsed = ListBody.safeParse(call.body);
  if (!parsed.success) throw new SimulatedError(4000);
  const { order, chat_id, before_id, after_id, limit } = parsed.data;
  const shown = conversation.messages
    .filter(({ type }) => type === 'question' || type === 'answer')
    .filter((message) => !chat_id || message.chat_id === chat_id);
  if (order === 'desc') shown.reverse();
  const before = before_id ? positionOf(shown, before_id) : shown.length;
  const after = after_id ? positionOf(shown, after_id) + 1 : 0;
  const between = shown.slice(after, before);
  const page = before_id && !after_id ? between.slice(-limit) : between.slice(0, limit);
  return {
    data: page,
    first_id: page[0]?.id ?? '',
    last_id: page.at(-1)?.id ?? '',
    has_more: between.length > page.length,
  };
}

/** Positions count in the order asked for. */
function positionOf(messages: StoredMessage[], id: string): number {
  const position = messages.findIndex((message) => message.id === id);
  if (position === -1) throw new SimulatedError(4200);
  return position;
}

function create(call: Call): object {
  const conversation = conversationOf(call);
  const role = textOf(call, 'role');
  const content_type = textOf(call, 'content_type') || 'text';
  if (role !== 'user' && role !== 'assistant') throw new SimulatedError(4005);
  const message = call.state.conversations.add(conversation, {
    role,
    type: role === 'user' ? 'question' : 'answer',
    content: textOf(call, 'content'),
    content_type,
    meta_data: readMetaData(call.body.meta_data),
  });
  return { data: message };
}

/** Unlike all others it answers under `message`. */
function modify(call: Call): object {
  const message = messageOf(call);
  if (typeof call.body.content === 'string') message.content = call.body.content;
  if (call.body.meta_data) message.meta_data = readMetaData(call.body.meta_data);
  message.updated_at = call.state.nowSeconds();
  return { message };
}

function remove(call: Call): object {
  const conversation = conversationOf(call);
  const message = messageOf(call);
  conversation.messages = conversation.messages.filter(({ id }) => id !== message.id);
  return { data: message };
}

function feedback(call: Call): object {
  const conversation = call.state.conversations.find(call.owner, call.parameters.id ?? '');
  if (!conversation.messages.some(({ id }) => id === call.parameters.message_id)) {
    throw new SimulatedError(4200);
  }
  return {};
}

function conversationOf(call: Call): StoredConversation {
  return call.state.conversations.find(call.owner, queryOf(call, 'conversation_id'));
}

function messageOf(call: Call): StoredMessage {
  const id = queryOf(call, 'message_id');
  const found = conversationOf(call).messages.find((message) => message.id === id);
  if (!found) throw new SimulatedError(4200);
  return found;
}

const FEEDBACK = '/v1/conversations/{id}/messages/{message_id}/feedback';

export const messageRoutes: Route[] = [
  { method: 'POST', path: '/v1/conversation/message/list', auth: 'token', handle: list },
  { method: 'POST', path: '/v1/conversation/message/create', auth: 'token', handle: create },
  { method: 'POST', path: '/v1/conversation/message/modify', auth: 'token', handle: modify },
  { method: 'POST', path: '/v1/conversation/message/delete', auth: 'token', handle: remove },
  {
    method: 'GET',
    path: '/v1/conversation/message/retrieve',
    auth: 'token',
    handle: (call) => ({ data: messageOf(call) }),
  },
  { method: 'POST', path: FEEDBACK, auth: 'token', handle: feedback },
  { method: 'DELETE', path: FEEDBACK, auth: 'token', handle: feedback },
];
