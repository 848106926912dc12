/**
 * Pages of other origins may call the API only when their exact origin is configured. No cookies
 * exist, so no credentials are ever allowed. The login path has no CORS at all: whoever holds the
 * platform key is a backend.
 */
import type { MiddlewareHandler } from 'hono';
import type { Environment } from './context.ts';

const WITHOUT_CORS = ['/v1/auth/login', '/v1/auth/revoke'];
const ALLOWED = {
  'Access-Control-Allow-Methods': 'GET, POST, PATCH, PUT, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, Last-Event-ID',
  'Access-Control-Max-Age': '600',
};
const EXPOSED = 'WWW-Authenticate, Retry-After, X-Request-Id';

/** Leaves the headers to the response, so that streams written past Hono carry them too. */
export function cors(origins: readonly string[]): MiddlewareHandler<Environment> {
  const allowed = new Set(origins);
  return async (context, next) => {
    if (allowed.size === 0 || WITHOUT_CORS.includes(context.req.path)) return next();
    const { incoming, outgoing } = context.env;
    // Also without an Origin: a cache must not give one origin the answer meant for another.
    outgoing.stand('vary', 'Origin');
    const origin = incoming.headers.origin;
    if (origin === undefined || !allowed.has(origin)) return next();
    outgoing.stand('access-control-allow-origin', origin);
    // https://fetch.spec.whatwg.org/#cors-preflight-request
    if (
      incoming.method === 'OPTIONS' &&
      incoming.headers['access-control-request-method'] !== undefined
    ) {
      return context.body(null, 204, ALLOWED);
    }
    outgoing.stand('access-control-expose-headers', EXPOSED);
    return next();
  };
}
