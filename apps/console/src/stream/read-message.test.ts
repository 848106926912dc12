import { expect, test } from 'vitest';
import { readMessage } from './read-message.ts';

const RUN = '00000000-0000-0000-0000-00000000000c';

test('tells changes of tasks from events of a run', () => {
  expect(readMessage({ event: 'task.deleted', data: '{"id":"t"}' })).toEqual({
    kind: 'task',
    name: 'task.deleted',
    task: { id: 't' },
  });
  const delta = { part_id: 'p0', offset: 0, text: 'Hi' };
  expect(readMessage({ id: `${RUN}:7`, event: 'part.delta', data: JSON.stringify(delta) })).toEqual(
    { kind: 'run', runId: RUN, seq: 7, event: { type: 'part.delta', ...delta } },
  );
});

test.each([
  ['of an unknown kind', { event: 'weather.changed', data: '{}' }],
  ['without a kind', { data: 'hello' }],
  ['with an id that is no run’s', { id: '12', event: 'part.delta', data: '{}' }],
])('a message %s is passed over', (_, message) => {
  expect(readMessage(message)).toBeNull();
});
