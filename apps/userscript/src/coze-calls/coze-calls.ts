/** Coze's API as the widget needs it. */
import type { Gateway } from '../transport/gateway.ts';
import { createAskCoze, renewing } from './ask-coze.ts';
import { CallError } from './call-error.ts';
import { readChat, type ChatPart } from './chat-stream.ts';
import {
  toBot,
  toConversation,
  toOutcome,
  toPastMessage,
  type Bot,
  type Conversation,
  type Outcome,
  type PastMessage,
  type WireBot,
  type WireConversation,
  type WireMessage,
} from './wire.ts';

/** The Web SDK's channel, so that both ways to chat share one history; the API's where it is refused. */
const WEB_SDK_CONNECTOR = '999';
const API_CONNECTOR = '1024';
const HISTORY_LIMIT = 50;

/** All throw CallError, or the signal's reason. */
export interface CozeCalls {
  bot(signal?: AbortSignal): Promise<Bot>;
  conversations(signal?: AbortSignal): Promise<Conversation[]>;
  createConversation(signal?: AbortSignal): Promise<string>;
  messages(conversationId: string, signal?: AbortSignal): Promise<PastMessage[]>;
  chat(
    input: { conversationId: string; userId: string; text: string },
    signal: AbortSignal,
  ): AsyncGenerator<ChatPart, void, void>;
  cancel(conversationId: string, chatId: string): Promise<void>;
  /** What a chat has come to, for one whose stream was cut. */
  outcome(conversationId: string, chatId: string, signal?: AbortSignal): Promise<Outcome>;
}

export function createCozeCalls(parts: {
  gateway: Gateway;
  botId: () => string;
  language: () => 'zh' | 'en';
}): CozeCalls {
  const ask = createAskCoze(parts);
  let connectorId = WEB_SDK_CONNECTOR;

  /** A bot that is published to one of the two channels only is asked there. */
  async function anyChannel<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      const unpublished = error instanceof CallError && error.reason === 'bot_not_published';
      if (!unpublished || connectorId === API_CONNECTOR) throw error;
      connectorId = API_CONNECTOR;
      try {
        return await attempt();
      } catch (second) {
        connectorId = WEB_SDK_CONNECTOR;
        throw second;
      }
    }
  }
  const asBot = <T>(attempt: (botId: string) => Promise<T>): Promise<T> =>
    renewing(() => anyChannel(async () => attempt(requireBot(parts.botId()))));

  return {
    bot: (signal) =>
      asBot(async (id) => {
        const read = (path: string) => ask.json<WireBot>('GET', path, undefined, signal);
        const found = await read(`/v1/bots/${id}`).catch((error: unknown) => {
          // Coze's older path; some tokens may use only that one.
          const other = error instanceof CallError && error.reason === 'bot_unknown';
          if (!other) throw error;
          const older = query({ bot_id: id, connector_id: connectorId });
          return read(`/v1/bot/get_online_info${older}`);
        });
        return toBot(found ?? {});
      }),

    conversations: (signal) =>
      asBot(async (id) => {
        const page = { page_num: '1', page_size: '30' };
        const of = query({ bot_id: id, connector_id: connectorId, ...page });
        const path = `/v1/conversations${of}`;
        const found = await ask.json<{ conversations?: WireConversation[] }>(
          'GET',
          path,
          undefined,
          signal,
        );
        return (found?.conversations ?? []).map(toConversation);
      }),

    createConversation: (signal) =>
      asBot(async (id) => {
        const body = { bot_id: id, connector_id: connectorId };
        const made = await ask.json<{ id?: string }>(
          'POST',
          '/v1/conversation/create',
          body,
          signal,
        );
        if (!made?.id) throw new CallError('upstream');
        return made.id;
      }),

    messages: (conversationId, signal) =>
      renewing(async () => {
        const path = `/v1/conversation/message/list${query({ conversation_id: conversationId })}`;
        const body = { order: 'desc', limit: HISTORY_LIMIT };
        const found = await ask.json<WireMessage[]>('POST', path, body, signal);
        return (found ?? []).flatMap(toPastMessage).reverse();
      }),

    async *chat({ conversationId, userId, text }, signal) {
      const path = `/v3/chat${query({ conversation_id: conversationId })}`;
      const response = await asBot((id) =>
        ask.stream(
          path,
          {
            bot_id: id,
            user_id: userId,
            stream: true,
            connector_id: connectorId,
            additional_messages: [
              { role: 'user', type: 'question', content: text, content_type: 'text' },
            ],
          },
          signal,
        ),
      );
      yield* readChat(response);
    },

    async cancel(conversationId, chatId) {
      const body = { conversation_id: conversationId, chat_id: chatId };
      await ask.json('POST', '/v3/chat/cancel', body);
    },

    outcome: (conversationId, chatId, signal) =>
      renewing(async () => {
        const of = query({ conversation_id: conversationId, chat_id: chatId });
        const read = <T>(path: string) => ask.json<T>('GET', `${path}${of}`, undefined, signal);
        const chat = await read<{ status?: string }>('/v3/chat/retrieve');
        const messages = await read<WireMessage[]>('/v3/chat/message/list');
        return toOutcome(chat?.status ?? '', messages ?? []);
      }),
  };
}

function query(values: Record<string, string>): string {
  return `?${new URLSearchParams(values)}`;
}

function requireBot(botId: string): string {
  if (botId === '') throw new CallError('bot_missing');
  return botId;
}
