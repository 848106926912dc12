/** The HTTP application: states the order of middleware once and lists every group of routes. */
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import { requireActor } from './auth/bearer.ts';
import { registerAuthRoutes } from './auth/auth.routes.ts';
import type { AuthService } from './auth/auth.service.ts';
import type { Engines } from './engines/engines.ts';
import { registerEngineRoutes } from './engines/engines.routes.ts';
import { registerEventRoutes } from './events/events.routes.ts';
import type { EventsService } from './events/events.service.ts';
import type { ClientAddress } from './http/client-address.ts';
import { createApi, type Api } from './http/context.ts';
import { notFound, ProblemError, problemResponse } from './http/problem.ts';
import { API_HEADERS } from './http/security-headers.ts';
import { registerMessageRoutes } from './messages/messages.routes.ts';
import type { MessageService } from './messages/messages.service.ts';
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
  clientAddress: ClientAddress;
  /** The console's own origin as browsers see it; never taken from a Host header. */
  ownOrigin: () => string;
  log: Logger;
}

/** Paths under /v1 that need no token: what they need is in the body. */
const PUBLIC_PATHS = ['/v1/auth/login', '/v1/auth/revoke'];

export function createApp(services: Services): Api {
  const api = createApi();
  api.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(API_HEADERS)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  });
  const requireToken = requireActor(services.auth);
  api.use('/v1/*', (context, next) =>
    PUBLIC_PATHS.includes(context.req.path) ? next() : requireToken(context, next),
  );

  registerAuthRoutes(api, services);
  registerEngineRoutes(api, services);
  registerTaskRoutes(api, services);
  registerMessageRoutes(api, services);
  registerRunRoutes(api, services);
  registerEventRoutes(api, services);
  registerPageRoutes(api, services.pages);

  api.notFound((context) => {
    const { path } = context.req;
    const forReading =
      !path.startsWith('/v1/') && /\btext\/html\b/.test(context.req.header('Accept') ?? '');
    return forReading ? noticeResponse(UNKNOWN_ADDRESS) : problemResponse(notFound('address'));
  });
  api.onError((error) => {
    if (error instanceof ProblemError) return problemResponse(error);
    if (error instanceof HTTPException && error.status === 400) {
      return problemResponse(new ProblemError('malformed_json', 'The body is not valid JSON.'));
    }
    services.log.error({ err: error }, 'request failed');
    return problemResponse(
      new ProblemError('internal', 'Something went wrong on the server. Try again.'),
    );
  });
  return api;
}
