/** For tests: an upstream server and a proxy that may reach it, both on free ports. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { parseSettings } from '@zcbot/config';
import { gatewaySettings } from '../config/settings.ts';
import { startProxy, type CozeAccess, type RunningProxy } from '../proxy/proxy-server.ts';

export interface TestProxy {
  proxy: RunningProxy;
  server: Server;
  /** The upstream's own origin, and the same through the proxy. */
  origin: string;
  through: string;
  /** Connections that the upstream has open. */
  sockets: Set<Socket>;
  stop(): Promise<void>;
}

export async function startTestProxy(
  listener: RequestListener,
  environment: Record<string, string> = {},
  coze?: (origin: string) => CozeAccess,
): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const server = createServer(listener).listen(0, '127.0.0.1');
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const settings = parseSettings(gatewaySettings, {
    COZE_PROXY_PORT: '0',
    COZE_ALLOWED_PRIVATE: `127.0.0.1:${port}`,
    COZE_PROXY_RATE_LIMIT: '1000000',
    COZE_PROXY_MAX_CONCURRENCY: '100000',
    ...environment,
  });
  const proxy = await startProxy({ settings, ...(coze ? { coze: coze(origin) } : {}) });
  return {
    proxy,
    server,
    origin,
    through: `${proxy.url}/${origin}`,
    sockets,
    async stop() {
      await proxy.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}
