import { beforeEach, expect, test } from 'vitest';
import { createStorage } from '../storage/storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ADA, BOB } from '../testing/tokens.ts';
import { createOutbox, randomId } from './outbox.ts';

let browser: MemoryStorage;
beforeEach(() => (browser = new MemoryStorage()));
const open = (userId = ADA, now = () => 1000) =>
  createOutbox({ storage: createStorage(() => browser), userId, now });

test('an entry is stored before add returns, and another page load finds it', () => {
  const entry = open().add({ taskId: 't' }, 'Hello');
  expect(browser.getItem(`zcbot.outbox:${ADA}:${entry.id}`)).toContain('Hello');
  expect(open().entries.value).toEqual([entry]);
});

test('entries keep their order also within one millisecond and when the clock goes back', () => {
  const times = [1000, 1000, 400];
  const outbox = open(ADA, () => times.shift()!);
  ['one', 'two', 'three'].forEach((text) => outbox.add({ taskId: 't' }, text));
  expect(open().entries.value.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

test('each user has an own outbox', () => {
  open(ADA).add({ taskId: 't' }, 'secret');
  expect(open(BOB).entries.value).toEqual([]);
  expect(open(ADA).entries.value).toHaveLength(1);
});

test('two tabs add without overwriting each other', () => {
  const [one, two] = [open(), open()];
  one.add({ taskId: 't' }, 'from one');
  two.add({ taskId: 't' }, 'from two');
  expect(one.reload().map(({ text }) => text)).toEqual(['from one', 'from two']);
});

test('changing an entry that another tab has removed does not bring it back', () => {
  const [one, two] = [open(), open()];
  const { id } = one.add({ taskId: 't' }, 'x');
  two.remove(id);
  one.update(id, { state: 'failed' });
  expect(open().entries.value).toEqual([]);
});

test('a full storage keeps the entry in memory', () => {
  const outbox = open();
  browser.quota = 10;
  outbox.add({ taskId: 't' }, 'Hello');
  expect(outbox.entries.value).toMatchObject([{ text: 'Hello' }]);
});

test('a damaged entry is skipped', () => {
  browser.setItem(`zcbot.outbox:${ADA}:x`, '{"id":');
  expect(open().entries.value).toEqual([]);
});

test('ids are version 4 UUIDs, also without crypto.randomUUID', () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(randomId()).toMatch(pattern);
  const original = crypto.randomUUID;
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  try {
    expect(randomId()).toMatch(pattern);
    expect(randomId()).not.toBe(randomId());
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: original, configurable: true });
  }
});
