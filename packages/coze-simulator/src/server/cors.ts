import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The web SDK calls the API from any customer's page, so the API answers every origin, without
 * credentials (WHATWG Fetch §3.2). Exposed: the support id.
 */
export function writeCors(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-tt-logid');
  response.appendHeader('vary', 'Origin');
}

/** True when the request was a preflight and has been answered. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || method === undefined) return false;
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
  const headers = request.headers['access-control-request-headers'];
  if (headers) response.setHeader('access-control-allow-headers', headers);
  response.setHeader('access-control-max-age', '600');
  response.writeHead(204).end();
  return true;
}
