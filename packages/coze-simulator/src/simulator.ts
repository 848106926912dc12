/**
 * A Coze for offline use. It verifies what Coze verifies and keeps sessions apart as Coze does; its
 * answers say that they come from a simulator. Facts it is built on: Coze's documentation and SDKs.
 */
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { DEFAULT_BOT } from './bots/bots.ts';
import { botRoutes } from './bots/bots.routes.ts';
import { chatRoutes } from './chat/chat.routes.ts';
import { conversationRoutes } from './conversations/conversations.routes.ts';
import { messageRoutes } from './conversations/messages.routes.ts';
import { fileRoutes } from './files/files.routes.ts';
import { createApp } from './oauth/apps.ts';
import { oauthRoutes } from './oauth/oauth.routes.ts';
import type { Route } from './server/call.ts';
import { createControl } from './server/control.ts';
import { createRequestListener } from './server/router.ts';
import type { CozeSimulator, CozeSimulatorOptions } from './simulator-types.ts';
import { SimulatorState } from './state/simulator-state.ts';

export type * from './simulator-types.ts';
export { DEFAULT_BOT } from './bots/bots.ts';
export { KEYWORDS } from './chat/scenario.ts';

const READING_SPEED = 60;

const ABOUT: Route = {
  method: 'GET',
  path: '/',
  auth: 'none',
  handle: () => ({
    simulator: true,
    zh: 'Coze 模拟器，不是真实的扣子服务',
    en: 'A Coze simulator, not the real service',
  }),
};

/** Resolves when it listens. @throws the listen error, e.g. EADDRINUSE */
export async function startCozeSimulator(
  options: CozeSimulatorOptions = {},
): Promise<CozeSimulator> {
  const { host = '127.0.0.1', port = 0, bots = [DEFAULT_BOT], now = Date.now } = options;
  const state = new SimulatorState({
    bots,
    charactersPerSecond: options.charactersPerSecond ?? READING_SPEED,
    now,
  });
  const routes = [
    ABOUT,
    ...oauthRoutes,
    ...botRoutes,
    ...conversationRoutes,
    ...messageRoutes,
    ...chatRoutes,
    ...fileRoutes,
  ];
  const server = createServer(createRequestListener(state, routes));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: boundPort } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  state.audiences = [
    new URL(url).host,
    `127.0.0.1:${boundPort}`,
    `localhost:${boundPort}`,
    ...(options.audiences ?? []),
  ];
  const oauthConfig = await createApp(state.apps, url);
  const pat = `pat_${randomBytes(32).toString('base64url')}`;
  state.tokens.registerPat(pat);
  return {
    url,
    oauthConfig,
    pat,
    botId: bots[0]?.id ?? '',
    control: createControl(state),
    stop: () =>
      new Promise((resolve) => {
        state.runs.stopAll();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
