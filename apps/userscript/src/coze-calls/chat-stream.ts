/**
 * The answer of POST /v3/chat, as the widget shows it. Bots send deltas, or one completed message, or
 * both with more in the latter; every character comes out once. Ids stay strings.
 */
import { createParser } from 'eventsource-parser';
import { CallError, callError } from './call-error.ts';

export type ChatPart =
  | { type: 'started'; conversationId: string; chatId: string }
  | { type: 'answer'; messageId: string; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'follow_up'; text: string }
  | { type: 'completed' };

interface Wire {
  id?: string;
  conversation_id?: string;
  type?: string;
  content?: string;
  reasoning_content?: string;
  code?: number;
  msg?: string;
  last_error?: { code?: number; msg?: string };
}

/** @throws CallError; `cut` when the stream ends before the chat did */
export async function* readChat(response: Response): AsyncGenerator<ChatPart, void, void> {
  const waiting: { event: string; data: string }[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => void waiting.push({ event, data }),
  });
  const seen = new Map<string, string>();
  const decoder = new TextDecoder();
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { done, value } = await readNext(reader);
      parser.feed(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }));
      for (const { event, data } of waiting.splice(0)) {
        if (event === 'done') return;
        for (const part of partsOf(event, parse(data), seen, response)) {
          yield part;
          if (part.type === 'completed') return;
        }
      }
      if (done) throw new CallError('cut');
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CallError('cut', { cause: error });
  }
}

function* partsOf(
  event: string,
  wire: Wire,
  seen: Map<string, string>,
  { status, headers }: Response,
): Generator<ChatPart> {
  switch (event) {
    case 'conversation.chat.created':
    case 'conversation.chat.in_progress':
      if (wire.id && wire.conversation_id) {
        yield { type: 'started', conversationId: wire.conversation_id, chatId: wire.id };
      }
      return;
    case 'conversation.message.delta':
    case 'conversation.message.completed':
      yield* messageParts(event.endsWith('delta'), wire, seen);
      return;
    case 'conversation.chat.completed':
    case 'conversation.chat.canceled':
    case 'conversation.chat.cancelled':
      yield { type: 'completed' };
      return;
    case 'conversation.chat.requires_action':
    case 'conversation.chat.required_action':
      throw new CallError('unsupported');
    case 'conversation.chat.failed':
      throw callError(status, headers, { ...wire, ...wire.last_error });
    case 'error':
      throw callError(status, headers, wire);
    // Coze adds events; what is not known is not shown.
    default:
  }
}

function* messageParts(delta: boolean, wire: Wire, seen: Map<string, string>): Generator<ChatPart> {
  const { id = '', content = '', reasoning_content: reasoning = '' } = wire;
  if (wire.type === 'follow_up' && !delta) yield { type: 'follow_up', text: content };
  if (wire.type !== 'answer') return;
  if (delta && reasoning !== '') yield { type: 'reasoning', text: reasoning };
  const known = seen.get(id) ?? '';
  // The deltas stand where the whole text does not continue them.
  const rest = delta ? content : content.startsWith(known) ? content.slice(known.length) : '';
  seen.set(id, known + rest);
  if (rest !== '') yield { type: 'answer', messageId: id, text: rest };
}

function parse(data: string): Wire {
  try {
    const value = JSON.parse(data) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
