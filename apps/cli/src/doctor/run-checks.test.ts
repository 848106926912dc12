import { expect, test } from 'vitest';
import { finding, type Check } from './check.ts';
import { runChecks } from './run-checks.ts';
import { lookAround } from './surroundings.ts';

const what = { en: 'Something', zh: '某项' };
const surroundings = lookAround({}, undefined);
const fine = finding('ok', { en: 'fine', zh: '正常' });

test('a check that hangs or throws costs its own result only, and is told to stop', async () => {
  let told = false;
  const hangs: Check = {
    id: 'hangs',
    what,
    run: (_, signal) =>
      new Promise(() => signal.addEventListener('abort', () => (told = true), { once: true })),
  };
  const throws: Check = { id: 'throws', what, run: () => Promise.reject(new Error('no\u001b[2J')) };
  const works: Check = { id: 'works', what, run: async () => [fine, { about: 'more', ...fine }] };
  const results = await runChecks([hangs, throws, works], surroundings, 50);
  expect(results.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'hangs fail',
    'throws fail',
    'works ok',
    'works.more ok',
  ]);
  expect(told).toBe(true);
  expect(results[1]!.message.en).toBe('the check itself failed: no�[2J');
});
