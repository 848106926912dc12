/** Per worker: a gateway with a simulator behind it, a CDN and a foreign site. Per test: profiles. */
import { test as base, expect, type Page } from '@playwright/test';
import { ForeignSite } from './foreign-site.ts';
import { GatewayLine, type LineOptions } from './gateway-line.ts';
import { Profile, type ProfileOptions, type Streaming } from './profile.ts';
import { SdkCdn } from './sdk-cdn.ts';
import { WidgetView } from './widget-view.ts';

export { expect };

interface World {
  line: GatewayLine;
  site: ForeignSite;
  cdn: SdkCdn;
}

export interface InstallOptions extends ProfileOptions {
  settings?: Record<string, unknown>;
  streaming?: Streaming;
  openShadow?: boolean;
  line?: GatewayLine;
  /** Default is true: the chat is switched on for the foreign site. */
  switchedOn?: boolean;
}

interface TestFixtures {
  /** A profile with the userscript as this gateway serves it. */
  install(options?: InstallOptions): Promise<Profile>;
  /** A gateway of the test's own, to be stopped or set up otherwise. */
  ownLine(options?: LineOptions): Promise<GatewayLine>;
  site: ForeignSite;
  line: GatewayLine;
  cdn: SdkCdn;
}

export const test = base.extend<TestFixtures, { world: World }>({
  world: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures used
    async ({}, use) => {
      const cdn = await SdkCdn.start();
      const line = await GatewayLine.start({ environment: { COZE_ALLOWED_PRIVATE: cdn.host } });
      const site = await ForeignSite.start();
      await use({ line, site, cdn });
      await site.stop();
      await line.stop();
      await cdn.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  line: ({ world }, use) => use(world.line),
  site: ({ world }, use) => use(world.site),
  cdn: ({ world }, use) => use(world.cdn),
  ownLine: async ({ cdn }, use) => {
    const started: GatewayLine[] = [];
    await use(async (options = {}) => {
      const environment = { COZE_ALLOWED_PRIVATE: cdn.host, ...options.environment };
      const line = await GatewayLine.start({ ...options, environment });
      started.push(line);
      return line;
    });
    for (const line of started) await line.stop();
  },
  install: async ({ world }, use) => {
    const opened: Profile[] = [];
    await use(async (options = {}) => {
      const { settings = {}, streaming, openShadow, line = world.line, ...looks } = options;
      const profile = await Profile.open(looks);
      opened.push(profile);
      await profile.setValue('zcbot_settings', { chat: 'widget', ...settings });
      if (options.switchedOn ?? true) {
        await profile.setValue('zcbot_sites', { [world.site.host]: true });
      }
      const script = await servedScript(line);
      await profile.install(script, {
        ...(streaming ? { streaming } : {}),
        ...(openShadow === undefined ? {} : { openShadow }),
      });
      return profile;
    });
    for (const profile of opened) await profile.close();
  },
});

/** As a manager downloads it. */
export async function servedScript(line: GatewayLine): Promise<string> {
  const response = await fetch(`${line.brokerUrl}/coze-chat.user.js`);
  if (!response.ok) throw new Error(`the userscript is not served: ${await response.text()}`);
  return response.text();
}

/** Opens a page of the foreign site with the chat window open. */
export async function openChat(profile: Profile, url: string): Promise<WidgetView> {
  const page: Page = await profile.newPage();
  await page.goto(url);
  const view = new WidgetView(page);
  await view.open();
  return view;
}
