/** Fills a fresh SQLite database with one user and one long task, past the API for speed. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../apps/server/src/database/database.ts';
import { createTaskStore } from '../../apps/server/src/tasks/tasks.store.ts';
import { createUserStore } from '../../apps/server/src/users/users.store.ts';

export const MESSAGES = 10_000;
const CHUNK = 500;

const ANSWER = `### Answer

A paragraph of about the usual length, with **weight**, \`code\` and a list, 以及一些中文内容，用来模拟真实的对话。

- first point
- second point

| column | value |
| --- | --- |
| a | 1 |
| b | 2 |

\`\`\`ts
const answer = await fetch(url);
\`\`\`
`;

export async function seedHistory(
  dataDirectory: string,
  userId: string = randomUUID(),
): Promise<{ userId: string; taskId: string }> {
  const database = await openDatabase({
    kind: 'sqlite',
    path: join(dataDirectory, 'zcbot.sqlite'),
  });
  await createUserStore(database).seen(userId, undefined);
  const task = await createTaskStore(database).create(
    { userId },
    { title: 'A long task', engine: 'demo' },
  );
  for (let start = 0; start < MESSAGES; start += CHUNK) {
    const rows = Array.from({ length: CHUNK }, (_, i) => message(task!.id, userId, start + i));
    await database.query.insertInto('messages').values(rows).execute();
  }
  await database.query
    .updateTable('tasks')
    .set({ next_turn: MESSAGES, next_position: MESSAGES + 1 })
    .execute();
  await database.close();
  return { userId, taskId: task!.id };
}

function message(taskId: string, userId: string, index: number) {
  const fromUser = index % 2 === 0;
  const text = fromUser ? `Question number ${index / 2 + 1}?` : ANSWER;
  return {
    task_id: taskId,
    id: randomUUID(),
    user_id: userId,
    role: fromUser ? ('user' as const) : ('assistant' as const),
    turn: Math.floor(index / 2) + 1,
    position: index + 1,
    run_id: null,
    status: 'complete' as const,
    parts: JSON.stringify([{ type: 'text', text }]),
    text,
    body_hash: null,
    error_code: null,
    error_message: null,
    superseded: 0,
    created_at: Date.now() - (MESSAGES - index) * 60_000,
  };
}
