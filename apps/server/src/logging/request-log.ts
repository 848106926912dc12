/** One line and one measurement per request. Never the address, headers or bodies: only patterns and ids. */
import type { Logger } from 'pino';
import type { Metrics } from '../health/metrics.ts';
import type { Exchange } from '../http/edge.ts';

/** Asked so often, or so many at a time, that they would hide everything else. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics', '/assets/*']);
const TOKEN_SHOWN = 8;

export function createRequestLog(parts: { log: Logger; metrics: Metrics }) {
  return ({ incoming, outgoing, record }: Exchange): void => {
    const { method = '' } = incoming;
    const status = outgoing.statusCode;
    const ms = performance.now() - record.startedAt;
    if (!outgoing.isStream)
      parts.metrics.request({ method, route: record.route, status }, ms / 1000);

    const level = status >= 500 ? 'error' : QUIET.has(record.route) ? 'debug' : 'info';
    parts.log[level](
      {
        request: record.id,
        method,
        route: record.route,
        status,
        ms: Math.round(ms * 10) / 10,
        ...(record.actor && {
          user: record.actor.userId,
          // Enough to tell two tokens of a user apart.
          token: record.actor.tokenId.slice(0, TOKEN_SHOWN),
        }),
        // The client left before the answer was complete; for a stream that is the usual end.
        ...(outgoing.writableFinished ? {} : { cut: true }),
      },
      'request',
    );
  };
}
