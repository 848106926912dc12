import { randomUUID } from 'node:crypto';
import type { Accepted, Task } from '@zcbot/protocol/http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test('a tool step begins and ends as a part, like every other part', async () => {
  const { token } = await server.logIn();
  const task = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as Task;
  const posted = await server.call(`/v1/tasks/${task.id}/messages`, {
    token,
    body: { id: randomUUID(), text: 'show me the tools' },
  });
  const { run_id: runId } = (await posted.json()) as Accepted;
  const events = await (await server.call(`/v1/runs/${runId}/events`, { token })).text();

  const steps = new Map<string, string[]>();
  for (const [, type, data] of events.matchAll(/^event: (.+)\ndata: (.+)$/gm)) {
    const { part_id: partId, kind } = JSON.parse(data!) as { part_id?: string; kind?: string };
    if (partId === undefined || type === 'part.delta') continue;
    steps.set(partId, [...(steps.get(partId) ?? []), kind ? `${type} ${kind}` : type!]);
  }
  const text = ['part.start text', 'part.end'];
  const tool = ['part.start tool', 'tool.start', 'tool.end', 'part.end'];
  expect([...steps.values()]).toEqual([text, tool, tool, text]);
});
