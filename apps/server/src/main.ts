/** Starts the console server. The command line and tests call this; nothing happens at import. */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { DestinationStream } from 'pino';
import { createApp } from './app.ts';
import type { ServerSettings } from './config/settings.ts';
import { demoEngine } from './engines/demo/demo-engine.ts';
import type { Engine } from './engines/engine.ts';
import { createEdge } from './http/edge.ts';
import { isNearAddress } from './http/near.ts';
import { problemOf } from './http/problem-of.ts';
import { problemResponse } from './http/problem.ts';
import { createLogger } from './logging/logger.ts';
import { passwordsIn } from './logging/redaction.ts';
import { createRequestLog } from './logging/request-log.ts';
import { consoleBuildIn } from './pages/console-build.ts';
import { createParentOrigins } from './pages/parent-origin.ts';
import { buildServices } from './services.ts';

/** Where `npm run build` puts the console. */
const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../console/dist', import.meta.url));

export { DatabaseInUseError, DataFolderError } from './database/server-lock.ts';
export { demoEngine } from './engines/demo/demo-engine.ts';
export type { Engine, EngineEvent, RunInput } from './engines/engine.ts';

/** Together they stay under the 10 s a stop may take (in milliseconds). */
const STOP_MAX_MS = 8_500;
const FLUSH_MAX_MS = 1_000;

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
  /** Where log lines go. Default: standard error. */
  logOutput?: DestinationStream;
}): Promise<RunningServer> {
  const { settings } = options;
  const log = createLogger({
    secrets: secretsOf(settings),
    ...(options.logOutput ? { output: options.logOutput } : {}),
  });
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
  const { corsOrigins } = settings;
  const app = createApp({ ...services, pages, ownOrigin, corsOrigins });
  const { server, settled } = createEdge({
    // HTTP/1.1 without Host does not get this far; only HTTP/1.0 needs the name.
    listener: getRequestListener(app.fetch, {
      hostname: 'localhost',
      errorHandler: (error) => problemResponse(problemOf(error)),
    }),
    onDone: createRequestLog(services),
    onMalformed: (status) => services.metrics.malformed(status),
    isShared: isNearAddress,
  });
  // Read before the first page is asked for.
  pages.build();
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
      services.health.drain();
      server.close();
      await Promise.race([services.stop(), delay(STOP_MAX_MS)]);
      // The last answers are on their way; a request that never ends does not hold this up.
      await Promise.race([settled(), delay(FLUSH_MAX_MS)]);
      server.closeAllConnections();
    },
  };
}

function secretsOf(settings: ServerSettings): string[] {
  const { platformKey, platformKeyPrevious, jwtSecret, jwtSecretPrevious } = settings;
  return [platformKey, platformKeyPrevious, jwtSecret, jwtSecretPrevious]
    .filter((secret) => secret !== undefined)
    .concat(passwordsIn(settings.databaseUrl));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
