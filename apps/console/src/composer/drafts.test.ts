import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStorage } from '../storage/storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ADA, BOB } from '../testing/tokens.ts';
import { createDrafts } from './drafts.ts';

let browser: MemoryStorage;
beforeEach(() => {
  vi.useFakeTimers();
  browser = new MemoryStorage();
});
afterEach(() => vi.useRealTimers());
const open = (userId = ADA) =>
  createDrafts(
    createStorage(() => browser),
    userId,
  );

test('a draft is there at once, and after a reload a moment later', () => {
  const drafts = open();
  drafts.write('t', 'Hel');
  drafts.write('t', 'Hello');
  expect(drafts.read('t')).toBe('Hello');
  expect(open().read('t')).toBe('');
  vi.advanceTimersByTime(200);
  expect(open().read('t')).toBe('Hello');
});

test('flushing keeps what a page that goes away has not written yet', () => {
  const drafts = open();
  drafts.write('t', 'Hello');
  drafts.flush();
  expect(open().read('t')).toBe('Hello');
});

test('clearing is not undone by a write that was still waiting', () => {
  const drafts = open();
  drafts.write('t', 'Hello');
  drafts.clear('t');
  vi.advanceTimersByTime(1000);
  expect(open().read('t')).toBe('');
});

test('drafts belong to a user and a task', () => {
  const drafts = open(ADA);
  drafts.write('t', 'Ada’s');
  drafts.flush();
  expect(open(BOB).read('t')).toBe('');
  expect(open(ADA).read('other')).toBe('');
});

test('an emptied field leaves nothing behind', () => {
  const drafts = open();
  drafts.write('t', 'x');
  drafts.flush();
  drafts.write('t', '');
  drafts.flush();
  expect(browser.length).toBe(0);
});

test('a draft moves to the task that was made meanwhile, and an empty one replaces nothing', () => {
  const drafts = open();
  drafts.write('new', 'next message');
  drafts.move('new', 't');
  expect(open().read('t')).toBe('next message');
  expect(open().read('new')).toBe('');
  drafts.move('new', 't');
  expect(drafts.read('t')).toBe('next message');
});
