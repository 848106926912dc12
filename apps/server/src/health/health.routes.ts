/** What operators' machines ask. Outside /v1: no token, no CORS, not in the log. */
import { createRoute, z } from '@hono/zod-openapi';
import { ok, problems } from '../http/answers.ts';
import type { ClientAddress } from '../http/client-address.ts';
import type { Api } from '../http/context.ts';
import { isNearRequest } from '../http/near.ts';
import { notFound, ProblemError } from '../http/problem.ts';
import type { HealthService, Readiness } from './health.service.ts';
import type { Metrics } from './metrics.ts';

const NOT_READY: Record<Exclude<Readiness, 'ready'>, string> = {
  draining: 'The server is stopping.',
  database_away: 'The database does not answer.',
};

const tags = ['operations'];
const Fine = z.object({ status: z.literal('ok') });

const alive = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  security: [],
  summary: 'Whether the process lives',
  responses: { 200: ok(Fine, 'It does') },
});
const ready = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  security: [],
  summary: 'Whether this server should get requests: the database answers, and it is not stopping',
  responses: { 200: ok(Fine, 'It should'), ...problems(503) },
});
const scrape = createRoute({
  method: 'get',
  path: '/metrics',
  tags,
  security: [],
  summary: 'Prometheus metrics, for loopback and private addresses',
  responses: {
    200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
    ...problems(404),
  },
});

export function registerHealthRoutes(
  api: Api,
  parts: {
    health: HealthService;
    metrics: Metrics;
    clientAddress: ClientAddress;
  },
): void {
  api.openapi(alive, (c) => c.json({ status: 'ok' as const }, 200));

  api.openapi(ready, async (c) => {
    const readiness = await parts.health.readiness();
    if (readiness === 'ready') return c.json({ status: 'ok' as const }, 200);
    throw new ProblemError('unavailable', NOT_READY[readiness], { retryAfterSeconds: 5 });
  });

  api.openapi(scrape, async (c) => {
    // They tell how busy the place is, which is nobody else's business.
    if (!isNearRequest(c.env.incoming, parts.clientAddress)) throw notFound('address');
    const { text, type } = await parts.metrics.render();
    return c.text(text, 200, { 'Content-Type': type });
  });
}
