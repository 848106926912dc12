import { createRoute, z } from '@hono/zod-openapi';
import { NewTask, Task, TaskPage, TaskPatch, TaskQuery, uuid } from '@zcbot/protocol/http';
import { empty, jsonBody, ok, problems } from '../http/answers.ts';
import type { Api } from '../http/context.ts';
import type { TaskService } from './tasks.service.ts';

const params = z.object({ task_id: uuid });
const tags = ['tasks'];

const list = createRoute({
  method: 'get',
  path: '/v1/tasks',
  tags,
  summary: 'The user’s tasks, newest change first',
  request: { query: TaskQuery },
  responses: { 200: ok(TaskPage, 'A page of tasks'), ...problems(400, 401) },
});
const create = createRoute({
  method: 'post',
  path: '/v1/tasks',
  tags,
  summary: 'Create a task; the same id again gives the same task',
  request: { body: jsonBody(NewTask) },
  responses: { 201: ok(Task, 'The new task'), ...problems(400, 401, 409) },
});
const get = createRoute({
  method: 'get',
  path: '/v1/tasks/{task_id}',
  tags,
  summary: 'One task',
  request: { params },
  responses: { 200: ok(Task, 'The task'), ...problems(400, 401, 404) },
});
const patch = createRoute({
  method: 'patch',
  path: '/v1/tasks/{task_id}',
  tags,
  summary: 'Rename, archive, or mark as read',
  request: { params, body: jsonBody(TaskPatch) },
  responses: { 200: ok(Task, 'The task as it is now'), ...problems(400, 401, 404) },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/tasks/{task_id}',
  tags,
  summary: 'Delete a task and stop its run; it can be restored for 30 days',
  request: { params },
  responses: { 204: empty('Deleted'), ...problems(400, 401, 404) },
});
const restore = createRoute({
  method: 'post',
  path: '/v1/tasks/{task_id}/restore',
  tags,
  summary: 'Undo a deletion',
  request: { params },
  responses: { 200: ok(Task, 'The task'), ...problems(400, 401, 404, 409) },
});

export function registerTaskRoutes(api: Api, { tasks }: { tasks: TaskService }): void {
  api.openapi(list, async (c) => c.json(await tasks.list(c.var.actor, c.req.valid('query')), 200));
  api.openapi(create, async (c) =>
    c.json(await tasks.create(c.var.actor, c.req.valid('json')), 201),
  );
  api.openapi(get, async (c) =>
    c.json(await tasks.get(c.var.actor, c.req.valid('param').task_id), 200),
  );
  api.openapi(patch, async (c) => {
    const { task_id } = c.req.valid('param');
    return c.json(await tasks.patch(c.var.actor, task_id, c.req.valid('json')), 200);
  });
  api.openapi(remove, async (c) => {
    await tasks.remove(c.var.actor, c.req.valid('param').task_id);
    return c.body(null, 204);
  });
  api.openapi(restore, async (c) =>
    c.json(await tasks.restore(c.var.actor, c.req.valid('param').task_id), 200),
  );
}
