/** The HTTP application: states the order of middleware once and lists every group of routes. */
import { ERROR_STATUS } from '@zcbot/protocol/errors';
import type { Logger } from 'pino';
import { requireActor } from './auth/bearer.ts';
import { registerAuthRoutes } from './auth/auth.routes.ts';
import type { AuthService } from './auth/auth.service.ts';
import type { Engines } from './engines/engines.ts';
import { registerEngineRoutes } from './engines/engines.routes.ts';
import { registerEventRoutes } from './events/events.routes.ts';
import type { EventsService } from './events/events.service.ts';
import type { ClientAddress } from './http/client-address.ts';
import { registerHealthRoutes } from './health/health.routes.ts';
import type { HealthService } from './health/health.service.ts';
import type { Metrics } from './health/metrics.ts';
import { allowedMethods } from './http/allowed-methods.ts';
import { createApi, type Api } from './http/context.ts';
import { cors } from './http/cors.ts';
import { readJsonBody } from './http/json-body.ts';
import { problemOf } from './http/problem-of.ts';
import { notFound, ProblemError, problemResponse } from './http/problem.ts';
import { keepRecord, recordOf } from './http/request-record.ts';
import { bodyOfRoutes } from './http/body-of-routes.ts';
import { registerMessageRoutes } from './messages/messages.routes.ts';
import type { MessageService } from './messages/messages.service.ts';
import { registerOpenApiRoutes } from './openapi/openapi.routes.ts';
import { noticeResponse, UNKNOWN_ADDRESS } from './pages/notice.ts';
import { registerPageRoutes, type Pages } from './pages/pages.routes.ts';
import { registerRunRoutes } from './runs/runs.routes.ts';
import type { RunService } from './runs/runs.service.ts';
import { registerTaskRoutes } from './tasks/tasks.routes.ts';
import type { TaskService } from './tasks/tasks.service.ts';

export interface Services {
  auth: AuthService;
  engines: Engines;
  tasks: TaskService;
  messages: MessageService;
  runs: RunService;
  events: EventsService;
  pages: Pages;
  health: HealthService;
  metrics: Metrics;
  /** Origins whose pages may call the API. */
  corsOrigins: readonly string[];
  clientAddress: ClientAddress;
  /** The console's own origin as browsers see it; never taken from a Host header. */
  ownOrigin: () => string;
  log: Logger;
}

/** Paths under /v1 that need no token: what they need is in the body, or nothing is secret. */
const PUBLIC_PATHS = ['/v1/auth/login', '/v1/auth/revoke', '/v1/openapi.json'];

export function createApp(services: Services): Api {
  const api = createApi();
  api.use(keepRecord());
  api.use('/v1/*', cors(services.corsOrigins));
  const requireToken = requireActor(services.auth);
  api.use('/v1/*', (context, next) =>
    PUBLIC_PATHS.includes(context.req.path) ? next() : requireToken(context, next),
  );
  api.use('/v1/*', readJsonBody(bodyOfRoutes(api)));

  registerAuthRoutes(api, services);
  registerEngineRoutes(api, services);
  registerTaskRoutes(api, services);
  registerMessageRoutes(api, services);
  registerRunRoutes(api, services);
  registerEventRoutes(api, services);
  registerHealthRoutes(api, services);
  registerPageRoutes(api, services.pages);
  registerOpenApiRoutes(api);

  api.notFound((context) => {
    const { path } = context.req;
    const allowed = allowedMethods(api, path);
    if (allowed.length > 0 && !allowed.includes(context.req.method)) {
      const detail = `This address answers to ${allowed.join(', ')}.`;
      const response = problemResponse(new ProblemError('method_not_allowed', detail));
      response.headers.set('Allow', allowed.join(', '));
      return response;
    }
    const forReading =
      !path.startsWith('/v1/') && /\btext\/html\b/.test(context.req.header('Accept') ?? '');
    return forReading ? noticeResponse(UNKNOWN_ADDRESS) : problemResponse(notFound('address'));
  });
  api.onError((error, context) => {
    const problem = problemOf(error);
    if (problem !== error && ERROR_STATUS[problem.code] >= 500) {
      const request = recordOf(context.env.incoming)?.id;
      services.log.error({ err: error, request }, 'request failed');
    }
    return problemResponse(problem);
  });
  return api;
}
