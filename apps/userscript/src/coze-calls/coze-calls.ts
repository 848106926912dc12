/** Coze's API as the widget needs it (docs: developer_guides/chat_v3 and its neighbours). */
import type { Gateway } from '../transport/gateway.ts';
import type { TransportRequest } from '../transport/transport.ts';
import { CallError, callError, connectionError } from './call-error.ts';
import { readChat, type ChatPart } from './chat-stream.ts';

/** The Web SDK's channel, so that both ways to chat share one history; the API's where it is refused. */
const WEB_SDK_CONNECTOR = '999';
const API_CONNECTOR = '1024';
const HISTORY_LIMIT = 50;

export interface Bot {
  name: string;
  description: string;
  prologue: string;
  suggestions: string[];
}

export interface Conversation {
  id: string;
  name: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

export interface PastMessage {
  id: string;
  role: 'user' | 'assistant';
  text: string;
}

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
  outcome(
    conversationId: string,
    chatId: string,
    signal?: AbortSignal,
  ): Promise<{ status: string; answer: string; followUps: string[] }>;
}

export function createCozeCalls(parts: {
  gateway: Gateway;
  botId: () => string;
  language: () => 'zh' | 'en';
}): CozeCalls {
  let connectorId = WEB_SDK_CONNECTOR;

  async function send(path: string, request: TransportRequest): Promise<Response> {
    const headers = {
      Accept: request.streaming ? 'text/event-stream, application/json' : 'application/json',
      'Accept-Language': parts.language(),
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    try {
      return await parts.gateway.toCoze(path, { ...request, headers });
    } catch (error) {
      throw connectionError(error);
    }
  }

  /**
   * A token that Coze has just stopped accepting is replaced by the gateway; the second try then
   * has a fresh one, and nobody notices.
   */
  async function renewing<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CallError) || error.reason !== 'unauthorized') throw error;
      return attempt();
    }
  }

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

  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal) {
    const response = await send(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    return readJson<T>(response);
  }

  const query = (values: Record<string, string>): string => `?${new URLSearchParams(values)}`;

  return {
    bot: (signal) =>
      renewing(() =>
        anyChannel(async () => {
          const id = requireBot(parts.botId());
          const answer = await call<{ data?: WireBot }>(
            'GET',
            `/v1/bots/${id}`,
            undefined,
            signal,
          ).catch((error: unknown) => {
            // Coze's older path; some tokens may use only that one.
            const other = error instanceof CallError && error.reason === 'bot_unknown';
            if (!other) throw error;
            const older = query({ bot_id: id, connector_id: connectorId });
            return call<{ data?: WireBot }>(
              'GET',
              `/v1/bot/get_online_info${older}`,
              undefined,
              signal,
            );
          });
          return toBot(answer.data ?? {});
        }),
      ),

    conversations: (signal) =>
      renewing(() =>
        anyChannel(async () => {
          const values = query({
            bot_id: requireBot(parts.botId()),
            connector_id: connectorId,
            page_num: '1',
            page_size: '30',
          });
          const path = `/v1/conversations${values}`;
          const answer = await call<{ data?: { conversations?: WireConversation[] } }>(
            'GET',
            path,
            undefined,
            signal,
          );
          return (answer.data?.conversations ?? []).map(toConversation);
        }),
      ),

    createConversation: (signal) =>
      renewing(() =>
        anyChannel(async () => {
          const body = { bot_id: requireBot(parts.botId()), connector_id: connectorId };
          const answer = await call<{ data?: { id?: string } }>(
            'POST',
            '/v1/conversation/create',
            body,
            signal,
          );
          if (!answer.data?.id) throw new CallError('upstream');
          return answer.data.id;
        }),
      ),

    messages: (conversationId, signal) =>
      renewing(async () => {
        const path = `/v1/conversation/message/list${query({ conversation_id: conversationId })}`;
        const body = { order: 'desc', limit: HISTORY_LIMIT };
        const answer = await call<{ data?: WireMessage[] }>('POST', path, body, signal);
        return (answer.data ?? []).flatMap(toPastMessage).reverse();
      }),

    async *chat({ conversationId, userId, text }, signal) {
      const path = `/v3/chat${query({ conversation_id: conversationId })}`;
      const body = (): string =>
        JSON.stringify({
          bot_id: requireBot(parts.botId()),
          user_id: userId,
          stream: true,
          connector_id: connectorId,
          additional_messages: [
            { role: 'user', type: 'question', content: text, content_type: 'text' },
          ],
        });
      const response = await renewing(() =>
        anyChannel(async () => {
          const answer = await send(path, {
            method: 'POST',
            body: body(),
            streaming: true,
            signal,
          });
          // A refusal comes as JSON, with status 200 as likely as not.
          const type = answer.headers.get('content-type') ?? '';
          if (!answer.ok || !type.includes('text/event-stream')) {
            await readJson(answer);
            throw new CallError('upstream', { detail: type });
          }
          return answer;
        }),
      );
      yield* readChat(response);
    },

    async cancel(conversationId, chatId) {
      const body = { conversation_id: conversationId, chat_id: chatId };
      await call('POST', '/v3/chat/cancel', body);
    },

    outcome: (conversationId, chatId, signal) =>
      renewing(async () => {
        const of = query({ conversation_id: conversationId, chat_id: chatId });
        const chat = await call<{ data?: { status?: string } }>(
          'GET',
          `/v3/chat/retrieve${of}`,
          undefined,
          signal,
        );
        const list = await call<{ data?: WireMessage[] }>(
          'GET',
          `/v3/chat/message/list${of}`,
          undefined,
          signal,
        );
        const ofType = (type: string): string[] =>
          (list.data ?? [])
            .filter((message) => message.type === type)
            .map(({ content }) => content ?? '');
        return {
          status: chat.data?.status ?? '',
          answer: ofType('answer').join('\n\n'),
          followUps: ofType('follow_up'),
        };
      }),
  };
}

interface WireBot {
  name?: string;
  description?: string;
  onboarding_info?: { prologue?: string; suggested_questions?: string[] };
}

interface WireConversation {
  id: string;
  name?: string;
  created_at?: number;
}

interface WireMessage {
  id?: string;
  role?: string;
  type?: string;
  content?: string;
  content_type?: string;
}

function requireBot(botId: string): string {
  if (botId === '') throw new CallError('bot_missing');
  return botId;
}

/** @throws CallError for everything but Coze's `code: 0` */
async function readJson<T>(response: Response): Promise<T> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw connectionError(error);
  }
  let body: unknown;
  try {
    body = JSON.parse(text) as unknown;
  } catch {
    body = undefined;
  }
  const code = (body as { code?: unknown } | undefined)?.code;
  if (!response.ok || body === undefined || (code !== undefined && code !== 0)) {
    throw callError(response.status, response.headers, body);
  }
  return body as T;
}

function toBot(wire: WireBot): Bot {
  return {
    name: wire.name ?? '',
    description: wire.description ?? '',
    prologue: wire.onboarding_info?.prologue ?? '',
    suggestions: wire.onboarding_info?.suggested_questions ?? [],
  };
}

function toConversation({ id, name = '', created_at = 0 }: WireConversation): Conversation {
  return { id: String(id), name, createdAt: created_at * 1000 };
}

/** Questions and answers; what else Coze lists (tools, follow-ups) is not for reading again. */
function toPastMessage(wire: WireMessage): PastMessage[] {
  const { id = '', role, type = '', content = '' } = wire;
  if (role === 'user') return [{ id, role, text: questionText(wire) }];
  const isAnswer = role === 'assistant' && (type === 'answer' || type === '');
  return isAnswer && content !== '' ? [{ id, role, text: content }] : [];
}

function questionText({ content = '', content_type }: WireMessage): string {
  if (content_type !== 'object_string') return content;
  try {
    const items = JSON.parse(content) as { type?: string; text?: string }[];
    return items.map((item) => item.text ?? `[${item.type ?? 'file'}]`).join('\n');
  } catch {
    return content;
  }
}
