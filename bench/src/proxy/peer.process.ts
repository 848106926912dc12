/**
 * One peer, in front of BENCH_UPSTREAM, wired as its README shows, plus the CORS headers that a page
 * needs where the peer has none of its own. `+keep-alive`: given an agent that keeps connections,
 * which is not its default.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import net from 'node:net';
import { announcePort } from './measured-process.ts';

const upstream = process.env.BENCH_UPSTREAM!;
const [name = '', variant] = process.env.BENCH_PEER!.split('+');
const keepAlive = variant === undefined ? {} : { agent: new Agent({ keepAlive: true }) };

/** The peers are not in the workspace, so their types may be absent. */
async function load<T>(packageName: string): Promise<T> {
  return (await import(packageName)) as T;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
interface WebProxy {
  web: Listener;
  on(event: 'error', listener: (error: Error, request: unknown, response: unknown) => void): void;
}
type CreateProxy = (options: object) => WebProxy;

function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
  response.setHeader('Vary', 'Origin');
}

/** Both want an error listener; this one does what their documentation leaves to the user. */
function serveWith(proxy: WebProxy): Server {
  proxy.on('error', (_error, _request, response) => {
    const failed = response as ServerResponse;
    if (failed.headersSent) failed.destroy();
    else failed.writeHead?.(502).end();
  });
  return createServer((request, response) => {
    allowOrigin(request, response);
    proxy.web(request, response);
  });
}

/** It returns no server and listens on all addresses; here it gets a free port of loopback. */
async function localCorsProxy(): Promise<Server> {
  const listening = Promise.withResolvers<Server>();
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (this: net.Server): net.Server {
    listening.resolve(this as Server);
    return Reflect.apply(listen, this, [0, '127.0.0.1']) as net.Server;
  };
  const { startProxy } = await load<{ startProxy: (...words: unknown[]) => void }>(
    'local-cors-proxy',
  );
  startProxy(0, upstream, 'proxy', false, '*');
  return listening.promise;
}

const peers: Record<string, () => Promise<Server>> = {
  'local-cors-proxy': localCorsProxy,
  async 'cors-anywhere'() {
    const { default: anywhere } = await load<{
      default: { createServer: (options: object) => Server };
    }>('cors-anywhere');
    return anywhere.createServer({ httpProxyOptions: { xfwd: false, ...keepAlive } });
  },
  async 'http-proxy-middleware'() {
    const { default: express } = await load<{
      default: () => { use: (listener: unknown) => void } & Listener;
    }>('express');
    const { createProxyMiddleware } = await load<{
      createProxyMiddleware: (options: object) => unknown;
    }>('http-proxy-middleware');
    const app = express();
    app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      allowOrigin(request, response);
      next();
    });
    app.use(createProxyMiddleware({ target: upstream, changeOrigin: true, ...keepAlive }));
    return createServer(app);
  },
  async '@fastify/http-proxy'() {
    type Fastify = (options: object) => {
      server: Server;
      register: (plugin: unknown, options: object) => Promise<void>;
      addHook: (name: string, hook: unknown) => void;
      ready: () => Promise<void>;
    };
    const { default: fastify } = await load<{ default: Fastify }>('fastify');
    const { default: httpProxy } = await load<{ default: unknown }>('@fastify/http-proxy');
    const app = fastify({ logger: false });
    app.addHook(
      'onRequest',
      (request: { raw: IncomingMessage }, reply: { raw: ServerResponse }, done: () => void) => {
        allowOrigin(request.raw, reply.raw);
        done();
      },
    );
    await app.register(httpProxy, { upstream });
    await app.ready();
    return app.server;
  },
  async httpxy() {
    const { createProxyServer } = await load<{ createProxyServer: CreateProxy }>('httpxy');
    return serveWith(createProxyServer({ target: upstream, changeOrigin: true, ...keepAlive }));
  },
  async 'http-proxy-3'() {
    const { createProxyServer } = await load<{ createProxyServer: CreateProxy }>('http-proxy-3');
    return serveWith(createProxyServer({ target: upstream, changeOrigin: true, ...keepAlive }));
  },
};

const server = await peers[name]!();
if (!server.listening) server.listen(0, '127.0.0.1');
if (server.listening) announcePort(server);
else server.once('listening', () => announcePort(server));
