import { createRoute } from '@hono/zod-openapi';
import { EngineList } from '@zcbot/protocol/http';
import { ok, problems } from '../http/answers.ts';
import type { Api } from '../http/context.ts';
import type { Engines } from './engines.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/engines',
  tags: ['engines'],
  summary: 'The engines configured, the default first',
  responses: { 200: ok(EngineList, 'Engines'), ...problems(401) },
});

export function registerEngineRoutes(api: Api, { engines }: { engines: Engines }): void {
  const items = engines.all.map((engine) => engine.info);
  api.openapi(list, (c) => c.json({ items, default: items[0]!.id }, 200));
}
