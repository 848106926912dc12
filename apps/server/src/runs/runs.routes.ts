import { createRoute, z } from '@hono/zod-openapi';
import { Accepted, NewRun, uuid } from '@zcbot/protocol/http';
import { empty, jsonBody, ok, problems } from '../http/answers.ts';
import type { Api } from '../http/context.ts';
import type { RunService } from './runs.service.ts';

const tags = ['runs'];

const again = createRoute({
  method: 'post',
  path: '/v1/tasks/{task_id}/runs',
  tags,
  summary: 'Answer again (retry) or go on with an answer that broke off (continue)',
  request: { params: z.object({ task_id: uuid }), body: jsonBody(NewRun) },
  responses: { 202: ok(Accepted, 'Queued'), ...problems(400, 401, 404, 409) },
});
const stop = createRoute({
  method: 'post',
  path: '/v1/runs/{run_id}/stop',
  tags,
  summary: 'Stop a run; what it has written is kept',
  request: { params: z.object({ run_id: uuid }) },
  responses: { 202: empty('The run will stop'), ...problems(400, 401, 404) },
});

export function registerRunRoutes(api: Api, { runs }: { runs: RunService }): void {
  api.openapi(again, async (c) => {
    const { task_id } = c.req.valid('param');
    return c.json(await runs.again(c.var.actor, task_id, c.req.valid('json')), 202);
  });
  api.openapi(stop, async (c) => {
    await runs.stop(c.var.actor, c.req.valid('param').run_id);
    return c.body(null, 202);
  });
}
