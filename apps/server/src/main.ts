/** Starts the console server. The command line and tests call this; nothing happens at import. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { ServerSettings } from './config/settings.ts';
import { demoEngine } from './engines/demo/demo-engine.ts';
import { buildServices } from './services.ts';

export interface RunningServer {
  /** Where it listens, such as http://127.0.0.1:8765. */
  url: string;
  /** Lets answers finish for a few seconds, then closes everything; resolves within 10 s. */
  stop(): Promise<void>;
}

/** @throws Error with code EADDRINUSE when the port is taken. */
export async function startServer(options: {
  settings: ServerSettings;
  /** Also accept parents on loopback origins that are not registered; for trying things out. */
  trustLoopbackParents?: boolean;
  /** Time between two pieces of a demo answer (in milliseconds). */
  demoPaceMs?: number;
}): Promise<RunningServer> {
  const { settings } = options;
  const log = pino({ level: 'info' }, pino.destination(2));
  const engine = demoEngine(options.demoPaceMs === undefined ? {} : { paceMs: options.demoPaceMs });
  const services = await buildServices({ settings, engines: [engine], log });
  const server = createServer(getRequestListener(createApp(services).fetch));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(settings.port, settings.host, resolve);
    });
  } catch (error) {
    await services.stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}`,
    async stop() {
      server.close();
      await services.stop();
      server.closeAllConnections();
    },
  };
}
