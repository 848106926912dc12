import { describe, expect, test } from 'vitest';
import { CallError } from './call-error.ts';
import { readChat, type ChatPart } from './chat-stream.ts';

const encoder = new TextEncoder();

function event(name: string, data: unknown): string {
  return `event:${name}\ndata:${JSON.stringify(data)}\n\n`;
}

const CREATED = event('conversation.chat.created', { id: '1', conversation_id: '2' });
const delta = (content: string): string =>
  event('conversation.message.delta', { id: '3', type: 'answer', content });
const COMPLETED = event('conversation.chat.completed', { id: '1', conversation_id: '2' });

/** The text as an answer in pieces of `size` bytes, cutting characters in half. */
function answer(text: string, size = 5): Response {
  const bytes = encoder.encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

async function all(response: Response): Promise<ChatPart[]> {
  const parts: ChatPart[] = [];
  for await (const part of readChat(response)) parts.push(part);
  return parts;
}

const textOf = (parts: ChatPart[]): string =>
  parts.flatMap((part) => (part.type === 'answer' ? [part.text] : [])).join('');

describe('reading a chat', () => {
  test.each([1, 2, 3, 7, 4096])(
    'gives every character once, in pieces of %i bytes',
    async (size) => {
      const whole = '你好，世界 🌍 done';
      const text =
        CREATED +
        delta('你好，') +
        delta('世界 🌍') +
        event('conversation.message.completed', { id: '3', type: 'answer', content: whole }) +
        event('conversation.message.completed', { id: '4', type: 'verbose', content: '{}' }) +
        event('conversation.message.completed', { id: '5', type: 'follow_up', content: '然后？' }) +
        COMPLETED;
      const parts = await all(answer(text, size));
      expect(textOf(parts)).toBe(whole);
      expect(parts[0]).toEqual({ type: 'started', conversationId: '2', chatId: '1' });
      expect(parts.at(-2)).toEqual({ type: 'follow_up', text: '然后？' });
      expect(parts.at(-1)).toEqual({ type: 'completed' });
    },
  );

  test('understands the other framing, CRLF, and a quoted [DONE]', async () => {
    const text = (CREATED + delta('hi') + event('done', '[DONE]'))
      .replaceAll('event:', 'event: ')
      .replaceAll('data:', 'data: ')
      .replaceAll('\n', '\r\n');
    expect(textOf(await all(answer(text)))).toBe('hi');
  });

  test('a stream that just ends was cut', async () => {
    await expect(all(answer(CREATED + delta('half')))).rejects.toMatchObject({ reason: 'cut' });
  });

  test.each([
    ['an error event', event('error', { code: 4028, msg: 'Insufficient coze credits' }), 'quota'],
    [
      'a failed chat',
      event('conversation.chat.failed', { id: '1', last_error: { code: 5000, msg: 'x' } }),
      'upstream',
    ],
    ['a tool call', event('conversation.chat.requires_action', { id: '1' }), 'unsupported'],
  ])('%s is told as what it is', async (_words, text, reason) => {
    const failure = all(answer(CREATED + text));
    await expect(failure).rejects.toBeInstanceOf(CallError);
    await expect(all(answer(CREATED + text))).rejects.toMatchObject({ reason });
  });
});
