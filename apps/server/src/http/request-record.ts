/** What is known about a request besides the request itself; the log line and the metrics use it. */
import type { IncomingMessage } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import type { Actor, Environment } from './context.ts';

export interface RequestRecord {
  /** Also sent to the client, as X-Request-Id. */
  id: string;
  /** `performance.now()` when the head had arrived. */
  startedAt: number;
  /** The route's pattern, never the address itself, which may hold what users wrote. */
  route: string;
  actor: Actor | undefined;
}

const records = new WeakMap<IncomingMessage, RequestRecord>();

export function openRecord(incoming: IncomingMessage, id: string): RequestRecord {
  const record = { id, startedAt: performance.now(), route: '(none)', actor: undefined };
  records.set(incoming, record);
  return record;
}

export function recordOf(incoming: IncomingMessage): RequestRecord | undefined {
  return records.get(incoming);
}

/** Enters what only the application knows: which route answers, and for whom. */
export function keepRecord(): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const record = recordOf(context.env.incoming);
    if (!record) return next();
    // Middleware is registered for all methods; routes are not.
    record.route =
      context.req.matchedRoutes.findLast(({ method }) => method !== 'ALL')?.path ?? record.route;
    await next();
    record.actor = context.get('actor');
  };
}
