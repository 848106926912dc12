/** Starts the console server. The command line and tests call this; nothing happens at import. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { ServerSettings } from './config/settings.ts';
import { demoEngine } from './engines/demo/demo-engine.ts';
import type { Engine } from './engines/engine.ts';
import { consoleBuildIn } from './pages/console-build.ts';
import { createParentOrigins } from './pages/parent-origin.ts';
import { buildServices } from './services.ts';

/** Where `npm run build` puts the console. */
const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../console/dist', import.meta.url));

export { DatabaseInUseError } from './database/server-lock.ts';
export { demoEngine } from './engines/demo/demo-engine.ts';
export type { Engine, EngineEvent, RunInput } from './engines/engine.ts';

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
  /** The first is the default. Default is the demo engine alone. */
  engines?: readonly [Engine, ...Engine[]];
  /** Folder of the built console. Default: apps/console/dist. */
  consoleDirectory?: string;
}): Promise<RunningServer> {
  const { settings } = options;
  const log = pino({ level: 'info' }, pino.destination(2));
  const engines = options.engines ?? [demoEngine()];
  const services = await buildServices({ settings, engines, log });
  let url = '';
  const ownOrigin = (): string => settings.publicOrigin ?? url;
  const pages = {
    build: consoleBuildIn(options.consoleDirectory ?? CONSOLE_DIRECTORY),
    parents: createParentOrigins({
      registered: settings.parentOrigins,
      ownOrigin,
      trustLoopback: options.trustLoopbackParents ?? false,
    }),
  };
  const server = createServer(
    getRequestListener(createApp({ ...services, pages, ownOrigin }).fetch),
  );
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
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  url = `http://${host}:${port}`;
  return {
    url,
    async stop() {
      server.close();
      await services.stop();
      server.closeAllConnections();
    },
  };
}
