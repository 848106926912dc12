import { createRoute, z } from '@hono/zod-openapi';
import { Accepted, MessagePage, MessageQuery, NewMessage, uuid } from '@zcbot/protocol/http';
import { jsonBody, ok, problems } from '../http/answers.ts';
import type { Api } from '../http/context.ts';
import type { MessageService } from './messages.service.ts';

const params = z.object({ task_id: uuid });
const tags = ['messages'];

const list = createRoute({
  method: 'get',
  path: '/v1/tasks/{task_id}/messages',
  tags,
  summary: 'A task’s messages, oldest first; page backwards with `before`',
  request: { params, query: MessageQuery },
  responses: { 200: ok(MessagePage, 'A page of messages'), ...problems(400, 401, 404) },
});
const post = createRoute({
  method: 'post',
  path: '/v1/tasks/{task_id}/messages',
  tags,
  summary: 'Send a message; idempotent by its client-made id',
  request: { params, body: jsonBody(NewMessage) },
  responses: { 202: ok(Accepted, 'Stored; the run answers it'), ...problems(400, 401, 404, 409) },
});

export function registerMessageRoutes(api: Api, { messages }: { messages: MessageService }): void {
  api.openapi(list, async (c) => {
    const { task_id } = c.req.valid('param');
    return c.json(await messages.list(c.var.actor, task_id, c.req.valid('query')), 200);
  });
  api.openapi(post, async (c) => {
    const { task_id } = c.req.valid('param');
    return c.json(await messages.post(c.var.actor, task_id, c.req.valid('json')), 202);
  });
}
