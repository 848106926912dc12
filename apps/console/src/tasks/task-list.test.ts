import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Task, TaskPage } from '@zcbot/protocol/http';
import { ApiError } from '../api/api-error.ts';
import { createTaskList, SEARCH_DELAY_MS } from './task-list.ts';

const task = (id: string, minute: number, change: Partial<Task> = {}): Task => ({
  id,
  title: id,
  engine: 'demo',
  status: 'idle',
  unread: false,
  archived: false,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  ...change,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp(...pages: TaskPage[]) {
  const api = {
    listTasks: vi.fn((..._: unknown[]) =>
      Promise.resolve(pages.shift() ?? { items: [], next_cursor: null }),
    ),
    createTask: vi.fn(),
    patchTask: vi.fn(),
    deleteTask: vi.fn(() => Promise.resolve()),
    restoreTask: vi.fn(),
  };
  const list = createTaskList(api, new AbortController().signal);
  return { api, list, ids: () => list.items.value.map(({ id }) => id).join('') };
}
const page = (items: Task[], next_cursor: string | null = null): TaskPage => ({
  items,
  next_cursor,
});

test('loads pages, each once, and knows when there are no more', async () => {
  const { list, api, ids } = setUp(page([task('c', 3), task('b', 2)], 'x'), page([task('a', 1)]));
  await list.reload();
  expect(ids()).toBe('cb');
  await Promise.all([list.loadMore(), list.loadMore()]);
  expect(ids()).toBe('cba');
  expect(list.hasMore.value).toBe(false);
  await list.loadMore();
  expect(api.listTasks).toHaveBeenCalledTimes(2);
});

test('a reload after a lost connection refreshes the top and keeps what was read below', async () => {
  const { list, ids } = setUp(
    page([task('c', 3), task('b', 2)], 'x'),
    page([task('a', 1)]),
    page([task('d', 4), task('c', 3)], 'y'),
  );
  await list.reload();
  await list.loadMore();
  await list.reload();
  expect(ids()).toBe('dcba');
});

test('a reload that finds everything on one page drops what is gone', async () => {
  const { list, ids } = setUp(page([task('b', 2), task('a', 1)]), page([task('b', 2)]));
  await list.reload();
  await list.reload();
  expect(ids()).toBe('b');
});

test('a failing first load says so; a failing reload leaves the list', async () => {
  const { list, api, ids } = setUp(page([task('a', 1)]));
  const fault = new ApiError({ code: 'unreachable' });
  api.listTasks.mockRejectedValueOnce(fault);
  await list.reload();
  expect(list.phase.value).toBe('failed');
  expect(list.fault.value).toBe(fault);
  await list.reload();
  expect(list.phase.value).toBe('ready');
  api.listTasks.mockRejectedValueOnce(fault);
  await list.reload();
  expect(list.phase.value).toBe('ready');
  expect(ids()).toBe('a');
});

describe('changes from the stream', () => {
  test('move a task to its place, add and remove', async () => {
    const { list, ids } = setUp(page([task('b', 2), task('a', 1)]));
    await list.reload();
    list.applyEvent('task.updated', task('a', 5));
    expect(ids()).toBe('ab');
    list.applyEvent('task.created', task('c', 6));
    expect(ids()).toBe('cab');
    list.applyEvent('task.deleted', { id: 'a' });
    expect(ids()).toBe('cb');
  });

  test('archived elsewhere leaves the list of current tasks', async () => {
    const { list, ids } = setUp(page([task('b', 2), task('a', 1)]));
    await list.reload();
    list.applyEvent('task.updated', task('a', 5, { archived: true }));
    expect(ids()).toBe('b');
    expect(list.find('a')).toMatchObject({ archived: true });
  });

  test('do not make hits of a search', async () => {
    const { list, ids } = setUp(page([]), page([task('b', 2)]));
    await list.reload();
    list.setSearch('b');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    list.applyEvent('task.created', task('c', 6));
    expect(ids()).toBe('b');
    list.applyEvent('task.updated', task('b', 7, { title: 'still b' }));
    expect(list.items.value[0]!.title).toBe('still b');
  });

  test('of a task further down than what has been read come with its page', async () => {
    const { list, ids } = setUp(page([task('d', 9), task('c', 8)], 'x'));
    await list.reload();
    list.applyEvent('task.updated', task('a', 1, { unread: true }));
    expect(ids()).toBe('dc');
  });
});

describe('search', () => {
  test('waits for a pause in typing and asks once', async () => {
    const { list, api } = setUp();
    await list.reload();
    for (const text of ['p', 'pl', 'plan']) list.setSearch(text);
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    expect(api.listTasks).toHaveBeenCalledTimes(2);
    expect(api.listTasks.mock.lastCall![0]).toMatchObject({ q: 'plan' });
  });

  test('an older answer does not replace a newer one', async () => {
    const { list, api, ids } = setUp();
    await list.reload();
    let late = (_: TaskPage): void => {};
    api.listTasks.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    list.setSearch('a');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    api.listTasks.mockResolvedValueOnce(page([task('b', 2)]));
    list.setSearch('b');
    await vi.advanceTimersByTimeAsync(SEARCH_DELAY_MS);
    late(page([task('a', 1)]));
    await vi.advanceTimersByTimeAsync(0);
    expect(ids()).toBe('b');
  });
});

describe('what the user does shows at once and is taken back when the server refuses', () => {
  const refused = new ApiError({ code: 'not_found', status: 404 });

  test('renaming', async () => {
    const { list, api } = setUp(page([task('a', 1)]));
    await list.reload();
    api.patchTask.mockRejectedValueOnce(refused);
    const renamed = list.patch('a', { title: 'new' });
    expect(list.items.value[0]!.title).toBe('new');
    await expect(renamed).rejects.toBe(refused);
    expect(list.items.value[0]!.title).toBe('a');
  });

  test('deleting, and undoing it', async () => {
    const { list, api, ids } = setUp(page([task('b', 2), task('a', 1)]));
    await list.reload();
    api.deleteTask.mockRejectedValueOnce(refused);
    await expect(list.remove('b')).rejects.toBe(refused);
    expect(ids()).toBe('ba');
    await list.remove('b');
    expect(ids()).toBe('a');
    api.restoreTask.mockResolvedValueOnce(task('b', 2));
    await list.restore('b');
    expect(ids()).toBe('ba');
  });
});
