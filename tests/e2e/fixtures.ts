/**
 * What the tests stand on: per worker a real console server and a platform on another origin; per
 * test a fresh user, so that no test sees what another has left.
 */
import { randomUUID } from 'node:crypto';
import {
  test as base,
  expect,
  type Browser,
  type BrowserContext,
  type Page,
} from '@playwright/test';
import { ConsoleView } from './console-view.ts';
import { embedScript, hostPage, type HostPage } from './platform/pages.ts';
import { Platform } from './platform/platform.ts';
import { ConsoleServer, type ServerOptions } from './server/console-server.ts';
import { Watch } from './watch.ts';

export { expect };

export interface EmbedOptions {
  /** Default: the page of the test. */
  page?: Page;
  /** Default: the user of the test; null: nobody is signed in at the platform. */
  userId?: string | null;
  server?: ConsoleServer;
  /** Further parameters of the frame's address. */
  query?: Record<string, string>;
  /** The registered origin by default. */
  parentOrigin?: string;
  /** Origin the page is really served from, if it is not the one it names. */
  servedFrom?: string;
  host?: Partial<HostPage>;
}

interface Embedded {
  view: ConsoleView;
  page: Page;
  /** Types of the messages the host page got from the frame. */
  received(): Promise<string[]>;
}

interface TestFixtures {
  watch: Watch;
  userId: string;
  /** Opens a platform page with the console in a frame. */
  embed(options?: EmbedOptions): Promise<Embedded>;
  /** Another browser profile under the same watch. */
  newContext(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  /** A server of the test's own, to be killed or worn out. */
  ownServer: ConsoleServer;
  ownServerOptions: Partial<ServerOptions>;
}

interface WorkerFixtures {
  platform: Platform;
  server: ConsoleServer;
  /** The two, in the order in which they need each other. */
  line: { platform: Platform; server: ConsoleServer };
}

/** Names under which the platform is registered at the console; nothing else it answers to is. */
export function registeredOrigins(platform: Platform): [string, string] {
  return [platform.origin(), platform.origin('portal.localhost', platform.longerPort)];
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  line: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures used
    async ({}, use) => {
      const started: { server?: ConsoleServer } = {};
      const platform = await Platform.start(() => started.server!);
      const server = await ConsoleServer.start({ parentOrigins: registeredOrigins(platform) });
      started.server = server;
      await use({ platform, server });
      await server.remove();
      await platform.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  platform: [async ({ line }, use) => use(line.platform), { scope: 'worker' }],
  server: [async ({ line }, use) => use(line.server), { scope: 'worker' }],

  ownServerOptions: [{}, { option: true }],
  ownServer: async ({ platform, ownServerOptions }, use) => {
    const server = await ConsoleServer.start({
      parentOrigins: registeredOrigins(platform),
      ...ownServerOptions,
    });
    await use(server);
    await server.remove();
  },

  watch: [
    async ({ server, context }, use) => {
      const watch = new Watch([server.platformKey]);
      watch.follow(context);
      await use(watch);
      watch.verify(server.log);
      // A failed test may have left answers on hold.
      await server.release();
    },
    { auto: true },
  ],

  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures used
  userId: async ({}, use) => use(randomUUID()),

  newContext: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      watch.follow(context);
      return context;
    });
    for (const context of contexts) await context.close();
  },

  embed: async ({ page, platform, server, userId }, use) => {
    await use(async (options = {}) => {
      const { page: on = page, server: by = server, parentOrigin = platform.origin() } = options;
      const who = options.userId === undefined ? userId : options.userId;
      const from = options.servedFrom ?? parentOrigin;
      await on.context().clearCookies({ name: 'user' });
      if (who !== null) {
        await on.context().addCookies([{ name: 'user', value: who, url: from }]);
        if (by !== server && !platform.hasAnswerFor(who)) {
          platform.answerWith(who, async () => ({ token: await by.login(who), user_id: who }));
        }
      }
      const script = embedScript(by.origin);
      const src = embedAddress(by, { parent_origin: parentOrigin, ...options.query });
      await on.goto(from + platform.publish(hostPage({ src, script, ...options.host })));
      const received = (): Promise<string[]> =>
        on.evaluate(() =>
          (window as unknown as { received: { data: { type: string } }[] }).received.map(
            ({ data }) => data.type,
          ),
        );
      return { view: new ConsoleView(on.frameLocator('#zcbot-frame')), page: on, received };
    });
  },
});

/** Address of the embed page with the given parameters. */
export function embedAddress(server: ConsoleServer, query: Record<string, string>): string {
  return `${server.origin}/static/dev.html?${new URLSearchParams({ embed: '1', ...query })}`;
}
