import { z } from 'zod';
import { queryOf, textOf, type Call, type Route } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import type { StoredConversation } from '../state/conversations.ts';
import { newId } from '../state/ids.ts';
import { DEFAULT_CONNECTOR } from '../state/simulator-state.ts';
import { readMetaData } from './meta-data.ts';

const FirstMessages = z.array(
  z.looseObject({
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    content_type: z.enum(['text', 'object_string']).default('text'),
    type: z.string().optional(),
  }),
);

export function shownConversation(conversation: StoredConversation): object {
  const { id, createdAt, updatedAt, metaData, sectionId, name } = conversation;
  return {
    id,
    created_at: createdAt,
    updated_at: updatedAt,
    meta_data: metaData,
    last_section_id: sectionId,
    name,
  };
}

function create(call: Call): object {
  const { state, owner, body } = call;
  const botId = textOf(call, 'bot_id');
  const connectorId = textOf(call, 'connector_id') || DEFAULT_CONNECTOR;
  if (botId !== '') state.bots.find(owner, botId, connectorId, 4006);
  const first = FirstMessages.safeParse(body.messages ?? []);
  if (!first.success) throw new SimulatedError(4005);
  const conversation = state.conversations.create(
    owner,
    { connectorId, botId },
    { name: textOf(call, 'name'), metaData: readMetaData(body.meta_data) },
  );
  for (const { role, content, content_type, type } of first.data) {
    const kind = type ?? (role === 'user' ? 'question' : 'answer');
    state.conversations.add(conversation, { role, type: kind, content, content_type });
  }
  return { data: shownConversation(conversation) };
}

function list(call: Call): object {
  const { state, owner } = call;
  const botId = queryOf(call, 'bot_id');
  if (botId === '') throw new SimulatedError(4000, 'bot_id is required');
  const connectorId = queryOf(call, 'connector_id') || DEFAULT_CONNECTOR;
  const page = wholeNumber(queryOf(call, 'page_num'), 1, 1, 100_000);
  const size = wholeNumber(queryOf(call, 'page_size'), 50, 1, 50);
  const found = state.conversations.list(owner, { connectorId, botId });
  const conversations = found.slice((page - 1) * size, page * size).map(shownConversation);
  return { data: { conversations, has_more: found.length > page * size } };
}

function wholeNumber(written: string, fallback: number, min: number, max: number): number {
  if (written === '') return fallback;
  const value = Number(written);
  if (!Number.isInteger(value) || value < min || value > max) throw new SimulatedError(4000);
  return value;
}

function clear(call: Call): object {
  const conversation = ownOf(call);
  if (call.state.runs.active(conversation.id)) throw new SimulatedError(4016);
  conversation.sectionId = newId();
  return { data: { id: conversation.sectionId, conversation_id: conversation.id } };
}

function rename(call: Call): object {
  const conversation = ownOf(call);
  conversation.name = textOf(call, 'name');
  return { data: shownConversation(conversation) };
}

function remove(call: Call): object {
  call.state.conversations.delete(call.owner, call.parameters.id ?? '');
  return {};
}

function ownOf({ state, owner, parameters }: Call): StoredConversation {
  return state.conversations.find(owner, parameters.id ?? '');
}

export const conversationRoutes: Route[] = [
  { method: 'POST', path: '/v1/conversation/create', auth: 'token', handle: create },
  {
    method: 'GET',
    path: '/v1/conversation/retrieve',
    auth: 'token',
    handle: (call) => ({
      data: shownConversation(
        call.state.conversations.find(call.owner, queryOf(call, 'conversation_id')),
      ),
    }),
  },
  { method: 'GET', path: '/v1/conversations', auth: 'token', handle: list },
  { method: 'POST', path: '/v1/conversations/{id}/clear', auth: 'token', handle: clear },
  { method: 'PUT', path: '/v1/conversations/{id}', auth: 'token', handle: rename },
  { method: 'DELETE', path: '/v1/conversations/{id}', auth: 'token', handle: remove },
];
