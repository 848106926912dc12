import { expect, test } from 'vitest';
import type { Message } from '@zcbot/protocol/http';
import { mergeNewest } from './merge-messages.ts';

const message = (id: string, change: Partial<Message> = {}): Message => ({
  id,
  role: 'user',
  parts: [],
  status: 'complete',
  run_id: null,
  seq: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  ...change,
});
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id).join('');

test('the page goes over the end of what is shown; older pages stay', () => {
  const shown = ['a', 'b', 'c', 'd'].map((id) => message(id));
  const { messages, joined } = mergeNewest(shown, [message('c'), message('d'), message('e')]);
  expect(ids(messages)).toBe('abcde');
  expect(joined).toBe(true);
});

test('unchanged messages keep their object, changed ones do not', () => {
  const shown = [message('a'), message('b', { status: 'queued' })];
  const { messages } = mergeNewest(shown, [message('a'), message('b')]);
  expect(messages[0]).toBe(shown[0]);
  expect(messages[1]).not.toBe(shown[1]);
});

test('what the server no longer shows is gone', () => {
  const shown = ['a', 'b', 'c'].map((id) => message(id));
  expect(ids(mergeNewest(shown, [message('a'), message('c')]).messages)).toBe('ac');
});

test('a page that does not join what is shown replaces it', () => {
  const { messages, joined } = mergeNewest([message('a')], [message('x'), message('y')]);
  expect(ids(messages)).toBe('xy');
  expect(joined).toBe(false);
});

test('the first page of an empty conversation joins', () => {
  expect(mergeNewest([], [message('a')])).toMatchObject({ joined: true });
});
