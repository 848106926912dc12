/**
 * The Chat API as typed calls, each made in a session's name. Nothing here logs; a token goes into
 * one header and nowhere else.
 */
import { z } from 'zod';
import type { ChatEvent } from '../chat/chat-events.ts';
import { toChat, toMessage, WireChat, WireMessage } from '../chat/chat.schema.ts';
import { readChatStream } from '../chat/read-chat-stream.ts';
import type { SessionIdentity } from '../tokens/token-types.ts';
import { Caller, type Call } from './caller.ts';
import { chatBody } from './chat-body.ts';
import * as wire from './client.schema.ts';
import { retrieveBot } from './retrieve-bot.ts';
import type {
  CallOptions,
  ChatReference,
  CozeClient,
  CozeClientOptions,
  CozeSession,
  Timeouts,
} from './client-types.ts';

export type * from './client-types.ts';

/** Coze's channel "API". */
export const API_CONNECTOR_ID = '1024';
/** Coze's channel "Chat SDK", which the web SDK uses. */
export const WEB_SDK_CONNECTOR_ID = '999';

const DEFAULT_TIMEOUTS: Timeouts = {
  headMs: 60_000,
  bodyMs: 30_000,
  idleMs: 90_000,
  uploadMs: 300_000,
};

const ChatEnvelope = z.looseObject({ data: WireChat });
const ConversationEnvelope = z.looseObject({ data: wire.WireConversation });
const ConversationPageEnvelope = z.looseObject({ data: wire.WireConversationPage });
const SectionEnvelope = z.looseObject({ data: wire.WireSection });
const FileEnvelope = z.looseObject({ data: wire.WireFile });
const ChatMessagesEnvelope = z.looseObject({ data: z.array(WireMessage).nullish() });
/** Unlike everywhere else, the paging fields stand beside `data`. */
const MessagePageEnvelope = z.looseObject({
  data: z.array(WireMessage).nullish(),
  first_id: z.string().optional().catch(undefined),
  last_id: z.string().optional().catch(undefined),
  has_more: z.boolean().catch(false),
});
const Done = z.looseObject({});

export function createCozeClient(options: CozeClientOptions): CozeClient {
  const { tokens, fetch = globalThis.fetch, connectorId = API_CONNECTOR_ID } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  return {
    session: (identity: SessionIdentity = {}) =>
      createSession(
        new Caller({ tokens, identity, fetch, timeouts }),
        connectorId,
        timeouts.idleMs,
      ),
  };
}

function createSession(caller: Caller, connectorId: string, idleMs: number): CozeSession {
  async function* stream(call: Call, options?: CallOptions): AsyncGenerator<ChatEvent, void, void> {
    const { response, deadline, what } = await caller.stream(call, options);
    yield* readChatStream(response, { what, deadline, idleMs });
  }

  return {
    async createConversation({ botId, name, metaData }, options) {
      const body = {
        bot_id: botId,
        connector_id: connectorId,
        ...(name !== undefined && { name }),
        ...(metaData && { meta_data: metaData }),
      };
      const call = { method: 'POST', path: '/v1/conversation/create', body } as const;
      return wire.toConversation((await caller.json(call, ConversationEnvelope, options)).data);
    },

    async listConversations({ botId, pageNumber = 1, pageSize = 20 }, options) {
      const query = {
        bot_id: botId,
        connector_id: connectorId,
        page_num: pageNumber,
        page_size: pageSize,
      };
      const call = { method: 'GET', path: '/v1/conversations', query } as const;
      const { data } = await caller.json(call, ConversationPageEnvelope, options);
      return {
        conversations: (data.conversations ?? []).map(wire.toConversation),
        hasMore: data.has_more,
      };
    },

    async retrieveConversation(conversationId, options) {
      const query = { conversation_id: conversationId };
      const call = { method: 'GET', path: '/v1/conversation/retrieve', query } as const;
      return wire.toConversation((await caller.json(call, ConversationEnvelope, options)).data);
    },

    async clearConversation(conversationId, options) {
      const call = { method: 'POST', path: `${conversation(conversationId)}/clear` } as const;
      const { data } = await caller.json({ ...call, body: {} }, SectionEnvelope, options);
      return { sectionId: data.id };
    },

    async deleteConversation(conversationId, options) {
      await caller.json({ method: 'DELETE', path: conversation(conversationId) }, Done, options);
    },

    async renameConversation(conversationId, name, options) {
      const call = { method: 'PUT', path: conversation(conversationId), body: { name } } as const;
      return wire.toConversation((await caller.json(call, ConversationEnvelope, options)).data);
    },

    chat(input, options) {
      const query = { conversation_id: input.conversationId };
      const body = chatBody(input, connectorId);
      return stream({ method: 'POST', path: '/v3/chat', query, body }, options);
    },

    submitToolOutputs({ toolOutputs, ...chat }, options) {
      const tool_outputs = toolOutputs.map(({ toolCallId, output }) => ({
        tool_call_id: toolCallId,
        output,
      }));
      const call = { method: 'POST', path: '/v3/chat/submit_tool_outputs' } as const;
      return stream(
        { ...call, query: reference(chat), body: { tool_outputs, stream: true } },
        options,
      );
    },

    async cancelChat(chat, options) {
      const call = { method: 'POST', path: '/v3/chat/cancel', body: reference(chat) } as const;
      return toChat((await caller.json(call, ChatEnvelope, options)).data);
    },

    async retrieveChat(chat, options) {
      const call = { method: 'GET', path: '/v3/chat/retrieve', query: reference(chat) } as const;
      return toChat((await caller.json(call, ChatEnvelope, options)).data);
    },

    async listChatMessages(chat, options) {
      const call = {
        method: 'GET',
        path: '/v3/chat/message/list',
        query: reference(chat),
      } as const;
      return ((await caller.json(call, ChatMessagesEnvelope, options)).data ?? []).map(toMessage);
    },

    async listMessages({ conversationId, chatId, order = 'desc', ...page }, options) {
      const { data, first_id, last_id, has_more } = await caller.json(
        {
          method: 'POST',
          path: '/v1/conversation/message/list',
          query: { conversation_id: conversationId },
          body: {
            order,
            limit: page.limit ?? 50,
            ...(chatId !== undefined && { chat_id: chatId }),
            ...(page.beforeId !== undefined && { before_id: page.beforeId }),
            ...(page.afterId !== undefined && { after_id: page.afterId }),
          },
        },
        MessagePageEnvelope,
        options,
      );
      return {
        messages: (data ?? []).map(toMessage),
        ...(first_id !== undefined && { firstId: first_id }),
        ...(last_id !== undefined && { lastId: last_id }),
        hasMore: has_more,
      };
    },

    async uploadFile({ name, content }, options) {
      const body = new FormData();
      body.set('file', content, name);
      const call = { method: 'POST', path: '/v1/files/upload', body } as const;
      return wire.toFile((await caller.json(call, FileEnvelope, options)).data);
    },

    bot: (botId, options = {}) => retrieveBot(caller, botId, connectorId, options),
  };
}

function conversation(id: string): string {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

function reference({ conversationId, chatId }: ChatReference) {
  return { conversation_id: conversationId, chat_id: chatId };
}
