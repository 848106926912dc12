import { expect, test } from 'vitest';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { createStorage } from './storage.ts';

test('keeps values in the browser’s storage', () => {
  const browser = new MemoryStorage();
  const storage = createStorage(() => browser);
  storage.set('a', '1');
  expect(browser.getItem('a')).toBe('1');
  expect(createStorage(() => browser).get('a')).toBe('1');
  expect(storage.volatile.value).toBe(false);
});

test('falls back to memory, and says so, where reading localStorage throws', () => {
  const storage = createStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  storage.set('a', '1');
  expect(storage.get('a')).toBe('1');
  expect(storage.keys('a')).toEqual(['a']);
  expect(storage.volatile.value).toBe(true);
  storage.remove('a');
  expect(storage.get('a')).toBeNull();
});

test('a full quota loses nothing: the value stays in memory and wins over the stored one', () => {
  const browser = new MemoryStorage();
  const storage = createStorage(() => browser);
  storage.set('a', 'short');
  browser.quota = 6;
  storage.set('a', 'much longer');
  expect(storage.get('a')).toBe('much longer');
  expect(storage.volatile.value).toBe(true);
});

test('lists keys by prefix without repeating those that are in both places', () => {
  const browser = new MemoryStorage();
  const storage = createStorage(() => browser);
  storage.set('x:1', 'a');
  storage.set('y:1', 'b');
  browser.quota = 2;
  storage.set('x:1', 'long');
  storage.set('x:2', 'long');
  expect(storage.keys('x:').sort()).toEqual(['x:1', 'x:2']);
});
