import { describe, expect, test } from 'vitest';
import { createAnswerText } from './answer-text.ts';
import type { ChatEvent, ChatMessage } from './chat-events.ts';

function message(change: Partial<ChatMessage>): ChatMessage {
  return {
    id: 'm1',
    conversationId: 'c',
    role: 'assistant',
    type: 'answer',
    content: '',
    contentType: 'text',
    ...change,
  };
}
const delta = (change: Partial<ChatMessage>): ChatEvent => ({
  type: 'message.delta',
  message: message(change),
});
const completed = (change: Partial<ChatMessage>): ChatEvent => ({
  type: 'message.completed',
  message: message(change),
});

function shown(events: ChatEvent[], kind = 'answer'): string {
  const answer = createAnswerText();
  return events
    .flatMap((event) => answer.accept(event))
    .filter((piece) => piece.kind === kind)
    .map(({ messageId, text }) => (kind === 'follow_up' ? text : `${messageId}:${text}`))
    .join('|');
}

describe('each character of an answer is shown once', () => {
  test.each<[string, ChatEvent[], string]>([
    [
      'deltas, then the whole',
      [delta({ content: 'He' }), delta({ content: 'llo' }), completed({ content: 'Hello' })],
      'm1:He|m1:llo',
    ],
    ['only the whole', [completed({ content: 'Hello' })], 'm1:Hello'],
    [
      'deltas, then more in the whole',
      [delta({ content: 'He' }), completed({ content: 'Hello' })],
      'm1:He|m1:llo',
    ],
    [
      'a whole that is another text',
      [delta({ content: 'He' }), completed({ content: 'Bye' })],
      'm1:He',
    ],
    ['the whole twice', [completed({ content: 'Hi' }), completed({ content: 'Hi' })], 'm1:Hi'],
    [
      'two answers',
      [completed({ content: 'A' }), completed({ id: 'm2', content: 'B' })],
      'm1:A|m2:B',
    ],
    [
      'other types',
      [
        completed({ type: 'verbose', content: '{}' }),
        completed({ type: 'function_call', content: '{}' }),
      ],
      '',
    ],
  ])('%s', (_, events, expected) => {
    expect(shown(events)).toBe(expected);
  });
});

test('reasoning is apart from the answer', () => {
  const events = [
    delta({ reasoning: 'hm' }),
    delta({ content: 'A' }),
    completed({ content: 'A', reasoning: 'hmm' }),
  ];
  expect(shown(events, 'reasoning')).toBe('m1:hm|m1:m');
  expect(shown(events)).toBe('m1:A');
});

test('suggestions come whole', () => {
  const events = ['a?', 'b?'].map((content, index) =>
    completed({ id: `f${index}`, type: 'follow_up', content }),
  );
  expect(shown(events, 'follow_up')).toBe('a?|b?');
});
