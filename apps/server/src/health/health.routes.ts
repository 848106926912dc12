/** What operators' machines ask. Outside /v1: no token, no CORS, not in the log. */
import type { ClientAddress } from '../http/client-address.ts';
import type { Api } from '../http/context.ts';
import { isNearRequest } from '../http/near.ts';
import { notFound, ProblemError, problemResponse } from '../http/problem.ts';
import type { HealthService, Readiness } from './health.service.ts';
import type { Metrics } from './metrics.ts';

const NOT_READY: Record<Exclude<Readiness, 'ready'>, string> = {
  draining: 'The server is stopping.',
  database_away: 'The database does not answer.',
};

export function registerHealthRoutes(
  api: Api,
  parts: {
    health: HealthService;
    metrics: Metrics;
    clientAddress: ClientAddress;
  },
): void {
  api.get('/healthz', (c) => c.json({ status: 'ok' }));

  api.get('/readyz', async (c) => {
    const readiness = await parts.health.readiness();
    if (readiness === 'ready') return c.json({ status: 'ok' });
    return problemResponse(
      new ProblemError('unavailable', NOT_READY[readiness], { retryAfterSeconds: 5 }),
    );
  });

  api.get('/metrics', async (c) => {
    // They tell how busy the place is, which is nobody else's business.
    if (!isNearRequest(c.env.incoming, parts.clientAddress)) {
      return problemResponse(notFound('address'));
    }
    const { text, type } = await parts.metrics.render();
    return c.body(text, 200, { 'Content-Type': type });
  });
}
