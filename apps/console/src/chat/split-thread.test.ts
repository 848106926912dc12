import { expect, test } from 'vitest';
import type { Message } from '@zcbot/protocol/http';
import { splitThread } from './split-thread.ts';

const messages = (from: number, to: number): Message[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `m${from + index}` }) as Message);

test('the first page is all in normal flow', () => {
  expect(splitThread(messages(0, 30), null, true)).toMatchObject({ older: [], tailFrom: 'm0' });
});

test('older pages are virtual, and the list is told that it grew at its start', () => {
  const first = splitThread(messages(50, 80), null, true);
  const second = splitThread(messages(0, 80), first, false);
  expect(second.older).toHaveLength(50);
  expect(second.tail).toHaveLength(30);
  expect(second.grownAtStart).toBe(true);
  expect(splitThread(messages(0, 81), second, true).grownAtStart).toBe(false);
});

test('a long tail is cut only while the reader is at the end', () => {
  const first = splitThread(messages(0, 30), null, true);
  expect(splitThread(messages(0, 200), first, false).older).toHaveLength(0);
  const cut = splitThread(messages(0, 200), first, true);
  expect(cut.tail).toHaveLength(40);
  expect(cut.grownAtStart).toBe(false);
});

test('a replaced list starts over', () => {
  const first = splitThread(messages(0, 30), null, true);
  expect(splitThread(messages(500, 530), first, true)).toMatchObject({
    older: [],
    tailFrom: 'm500',
  });
});
