/** A client of the console server for the benchmarks. */
import { randomUUID } from 'node:crypto';

export async function post<T>(url: string, token: string, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Creates a task and sends one message; the run to follow. */
export async function ask(origin: string, token: string, engine: string, text: string) {
  const task = await post<{ id: string }>(`${origin}/v1/tasks`, token, { engine });
  const { run_id } = await post<{ run_id: string }>(
    `${origin}/v1/tasks/${task.id}/messages`,
    token,
    { id: randomUUID(), text },
  );
  return { taskId: task.id, runId: run_id };
}
