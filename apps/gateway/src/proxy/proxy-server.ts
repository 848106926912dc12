/** The CORS proxy's server: checks each request, then hands it to the data path. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewaySettings } from '../config/settings.ts';
import { createClientLimits } from './client-limits.ts';
import { createOriginPolicy, isForeignLoad, NO_ORIGIN, preflightHeaders } from './cors.ts';
import { bodyTooLarge, forward, hasBody } from './forward.ts';
import { toUpstream } from './hop-headers.ts';
import { createHostGuard } from './host-guard.ts';
import { createHostCheck } from './own-host.ts';
import { ProxyError } from './proxy-error.ts';
import { parseTarget } from './target.ts';
import { createUpstreamPools, httpOrigin } from './upstream-pools.ts';
import { forwardUpgrade, refuseUpgrade } from './upgrade.ts';

const COZE_PREFIX = '/coze/';
/** Sandboxed, so that a proxied page cannot act as the gateway's own origin when it is opened. */
const SANDBOX: readonly string[] = ['Content-Security-Policy', 'sandbox'];
const AUTHORIZATION = new Set(['authorization']);

export type ProxySettings = Pick<
  GatewaySettings,
  | 'host'
  | 'proxyPort'
  | 'allowedOrigins'
  | 'allowedHosts'
  | 'allowedPrivate'
  | 'rateLimit'
  | 'maxBodyBytes'
  | 'maxConcurrency'
>;

/** Gives the token for a caller of `/coze/…`. @throws ProxyError */
export interface CozeAccess {
  apiBase: URL;
  authorize(request: IncomingMessage): Promise<string>;
  /** Coze no longer accepts this token; the next `authorize` gives another. */
  refused?(token: string): void;
}

export interface RunningProxy {
  url: string;
  stop(): Promise<void>;
}

export async function startProxy(options: {
  settings: ProxySettings;
  coze?: CozeAccess;
  /** What `GET /` says besides the usage. */
  describe?: () => Record<string, unknown>;
  onFailure?: (error: unknown) => void;
}): Promise<RunningProxy> {
  const { settings, coze } = options;
  const allowedPrivate = [...settings.allowedPrivate, ...(coze ? [hostPort(coze.apiBase)] : [])];
  const guard = createHostGuard({ allowedHosts: settings.allowedHosts, allowedPrivate });
  const pools = createUpstreamPools(guard);
  const origins = createOriginPolicy(settings.allowedOrigins);
  const limits = createClientLimits({
    perMinute: settings.rateLimit,
    maxOpen: settings.maxConcurrency,
  });
  const server = createServer({
    maxHeaderSize: 32 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 0,
  });
  const checkHost = createHostCheck(settings.host, () => (server.address() as AddressInfo).port);

  function handle(request: IncomingMessage, response: ServerResponse): void {
    let answerHeaders: readonly string[] = NO_ORIGIN;
    const fail = (error: unknown): void => {
      if (!(error instanceof ProxyError)) options.onFailure?.(error);
      reply(request, response, asProxyError(error), answerHeaders);
    };
    try {
      checkHost(request.rawHeaders);
      answerHeaders = origins.headersFor(request.headers.origin);
      const asked = request.headers['access-control-request-method'];
      if (request.method === 'OPTIONS' && request.headers.origin && asked) {
        const asking = preflightHeaders(asked, request.headers['access-control-request-headers']);
        response.writeHead(204, [...answerHeaders, ...asking]).end();
        return;
      }
      const client = request.socket.remoteAddress ?? '';
      if (request.url!.startsWith(COZE_PREFIX))
        toCoze(request, response, client, answerHeaders, fail);
      else toTarget(request, response, client, answerHeaders, fail);
    } catch (error) {
      fail(error);
    }
  }

  function toTarget(
    request: IncomingMessage,
    response: ServerResponse,
    client: string,
    answerHeaders: readonly string[],
    fail: (error: unknown) => void,
  ): void {
    const target = parseTarget(request.url!);
    if (target === null) return describe(request, response, answerHeaders, fail);
    guard.check(target);
    const upstream = httpOrigin(target);
    enter(client, request, response);
    forward(request, response, {
      pool: pools.for(upstream),
      method: request.method!,
      path: upstream.pathname + upstream.search,
      headers: toUpstream(request.rawHeaders),
      answerHeaders: [...answerHeaders, ...SANDBOX],
      maxBodyBytes: settings.maxBodyBytes,
      rewriteLocation: (location) => throughProxy(location, upstream),
      onError: fail,
    });
  }

  /** `/coze/<path>`: the gateway adds the token itself, so that a page never sees one. */
  function toCoze(
    request: IncomingMessage,
    response: ServerResponse,
    client: string,
    answerHeaders: readonly string[],
    fail: (error: unknown) => void,
  ): void {
    if (!coze)
      throw new ProxyError(
        'not_found',
        'No Coze credentials are configured. Set COZE_OAUTH_CONFIG or COZE_PAT.',
      );
    if (isForeignLoad(request.headers)) {
      throw new ProxyError(
        'origin_not_allowed',
        'This address is for scripts, not for pages of other sites.',
      );
    }
    const target = new URL(request.url!.slice(COZE_PREFIX.length - 1), coze.apiBase);
    if (target.origin !== coze.apiBase.origin)
      throw new ProxyError('bad_target', 'The path must stay on Coze’s API.');
    enter(client, request, response);
    coze.authorize(request).then((token) => {
      if (response.destroyed) return;
      forward(request, response, {
        pool: pools.for(target),
        method: request.method!,
        path: target.pathname + target.search,
        headers: [
          ...toUpstream(request.rawHeaders, AUTHORIZATION),
          'authorization',
          `Bearer ${token}`,
        ],
        answerHeaders: [...answerHeaders, ...SANDBOX],
        maxBodyBytes: settings.maxBodyBytes,
        rewriteLocation: (location) => throughProxy(location, target),
        onHead: (status) => {
          if (status === 401) coze.refused?.(token);
        },
        onError: fail,
      });
    }, fail);
  }

  function enter(client: string, request: IncomingMessage, response: ServerResponse): void {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > settings.maxBodyBytes) throw bodyTooLarge(settings.maxBodyBytes);
    limits.enter(client);
    response.on('close', () => limits.leave(client));
  }

  function describe(
    request: IncomingMessage,
    response: ServerResponse,
    answerHeaders: readonly string[],
    fail: (error: unknown) => void,
  ): void {
    if (request.url !== '/')
      return fail(
        new ProxyError(
          'not_found',
          'Write the target after the slash, such as /https://api.coze.cn/v1/users/me.',
        ),
      );
    const body = JSON.stringify({
      name: 'zcbot CORS proxy',
      usage: [
        '/https://host/path?query',
        '/https%3A%2F%2Fhost%2Fpath',
        '/?url=<target>',
        '/coze/<path of Coze’s API>',
      ],
      ...options.describe?.(),
    });
    response.writeHead(200, [
      ...answerHeaders,
      'Content-Type',
      'application/json',
      'Cache-Control',
      'no-store',
    ]);
    response.end(body);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      checkHost(request.rawHeaders);
      origins.headersFor(request.headers.origin);
      const target = parseTarget(request.url!);
      if (target === null)
        throw new ProxyError(
          'bad_target',
          'Write the target after the slash, such as /wss://ws.coze.cn/v1/chat.',
        );
      guard.check(target);
      const client = request.socket.remoteAddress ?? '';
      limits.enter(client);
      const upstream = httpOrigin(target);
      const path = upstream.pathname + upstream.search;
      forwardUpgrade(request, socket, head, {
        pool: pools.for(upstream),
        path,
        onClose: () => limits.leave(client),
      });
    } catch (error) {
      refuseUpgrade(socket, asProxyError(error));
    }
  }

  server.on('request', handle);
  server.on('upgrade', upgrade);
  await listen(server, settings.proxyPort, settings.host);
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      await pools.close();
      server.closeAllConnections();
    },
  };
}

function asProxyError(error: unknown): ProxyError {
  if (error instanceof ProxyError) return error;
  return new ProxyError('upstream_failed', 'The gateway could not handle this request.', {
    phase: 'head',
    cause: error,
  });
}

function reply(
  request: IncomingMessage,
  response: ServerResponse,
  error: ProxyError,
  answerHeaders: readonly string[],
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const headers = [
    ...answerHeaders,
    'Content-Type',
    'application/json',
    'Cache-Control',
    'no-store',
  ];
  if (error.retryAfterSeconds !== undefined)
    headers.push('Retry-After', String(error.retryAfterSeconds));
  // What is left of an upload would have to be read before the connection could be used again.
  if (hasBody(request) && !request.complete) headers.push('Connection', 'close');
  const body = error.body();
  headers.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(error.status, headers).end(body);
}

/** A redirect comes back through the proxy, where its target is checked like any other. */
function throughProxy(location: string, from: URL): string {
  return URL.canParse(location, from) ? `/${new URL(location, from).href}` : location;
}

function hostPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
