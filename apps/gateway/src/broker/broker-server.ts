/**
 * The token broker's server.
 *
 *   GET  /                    what runs, and how to go on
 *   GET  /login               302 to /callback, as the predecessor did
 *   GET  /callback            a token for ?session_name= or X-Session-Name (the query wins);
 *                             another one when X-Zcbot-Refused-Token names it (refused-token.ts)
 *   GET  /coze-chat.user.js   the userscript, filled in, with a single-use pairing code
 *   POST /pair                {code} → {install_id, key}
 *   GET  /chat, /chat.js      a chat to try, without a userscript
 *   GET  /healthz
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewaySettings } from '../config/settings.ts';
import { createOriginPolicy, NO_ORIGIN, preflightHeaders } from '../proxy/cors.ts';
import { createHostCheck } from '../proxy/own-host.ts';
import { ProxyError } from '../proxy/proxy-error.ts';
import { brokerFailure } from './broker-error.ts';
import type { BrokerRoutes } from './broker-routes.ts';

export interface RunningBroker {
  url: string;
  stop(): Promise<void>;
}

/** Nothing of the broker is for other pages to load as script, image or frame. */
const BASE_HEADERS: readonly string[] = [
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'no-referrer',
  'Cache-Control',
  'no-store',
];
export const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export async function startBroker(options: {
  settings: Pick<GatewaySettings, 'host' | 'authPort' | 'allowedOrigins'>;
  routes: BrokerRoutes;
  onFailure?: (error: unknown) => void;
}): Promise<RunningBroker> {
  const { settings, routes } = options;
  const origins = createOriginPolicy(settings.allowedOrigins);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 });
  const checkHost = createHostCheck(settings.host, () => (server.address() as AddressInfo).port);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let headers = [...NO_ORIGIN, ...BASE_HEADERS];
    try {
      checkHost(request.rawHeaders);
      headers = [...origins.headersFor(request.headers.origin), ...BASE_HEADERS];
      const asked = request.headers['access-control-request-method'];
      if (request.method === 'OPTIONS' && request.headers.origin && asked) {
        const asking = preflightHeaders(asked, request.headers['access-control-request-headers']);
        response.writeHead(204, [...headers, ...asking]).end();
        return;
      }
      const answer = await routes.answer(request);
      const length = String(Buffer.byteLength(answer.body));
      headers.push(...(answer.headers ?? []), 'Content-Length', length);
      response.writeHead(answer.status, headers).end(answer.body);
    } catch (error) {
      const failure = brokerFailure(error);
      if (failure.status >= 500) options.onFailure?.(error);
      const retry = failure.retryAfterSeconds;
      if (retry !== undefined) headers.push('Retry-After', String(retry));
      response
        .writeHead(failure.status, [...headers, 'Content-Type', 'application/json; charset=utf-8'])
        .end(JSON.stringify(failure.body));
    }
  }

  server.on('request', (request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.authPort, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${host}:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      return Promise.resolve();
    },
  };
}

/** Reads a small JSON body. @throws ProxyError `body_too_large`, `bad_request` */
export async function readJson(request: IncomingMessage, maxBytes = 4096): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new ProxyError('body_too_large', `The body may have ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ProxyError('bad_request', 'The body is not valid JSON.');
  }
}
