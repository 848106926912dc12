import { expect, it } from 'vitest';
import { createSessions } from './sessions.mjs';

const employee = { id: 'a' };

it('forgets a session when its time is over', () => {
  let now = 0;
  const sessions = createSessions({ lifetimeMs: 1000, now: () => now });
  const id = sessions.begin(employee);
  now = 999;
  expect(sessions.employeeOf(id)).toBe(employee);
  now = 1000;
  expect(sessions.employeeOf(id)).toBeUndefined();
});

it('drops the oldest session rather than grow without end', () => {
  const sessions = createSessions({ limit: 2 });
  const ids = [1, 2, 3].map(() => sessions.begin(employee));
  expect(ids.map((id) => sessions.employeeOf(id) !== undefined)).toEqual([false, true, true]);
});
