/** Every state the widget is seen in, one after the other in one profile, by whatever looks at them. */
import { expect, type Page } from '@playwright/test';
import type { InstallOptions } from './fixtures.ts';
import type { ForeignSite } from './foreign-site.ts';
import type { GatewayLine, LineOptions } from './gateway-line.ts';
import type { Profile, ProfileOptions } from './profile.ts';
import { WidgetView } from './widget-view.ts';

export const SIZES: { width: number; looks: ProfileOptions }[] = [
  { width: 1280, looks: { viewport: { width: 1280, height: 800 } } },
  {
    width: 360,
    looks: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
  },
];

export interface StatesParts {
  install(options: InstallOptions): Promise<Profile>;
  ownLine(options: LineOptions): Promise<GatewayLine>;
  site: ForeignSite;
  looks: ProfileOptions;
}

type Visit = (name: string, page: Page) => Promise<void>;

const HEAD = { fresh: 0, history: 1, settings: 2, close: 3 };
const NOBODY = 'http://127.0.0.1:20299';

/** Settings that lead to a trouble, by its cause. */
const TROUBLES = (site: ForeignSite): Record<string, Record<string, unknown>> => ({
  proxy_down: { proxyUrl: NOBODY },
  broker_down: { brokerUrl: NOBODY },
  port_taken: { proxyUrl: site.url('').replace(/\/$/, '') },
  bot_missing: { botId: '' },
  bot_unknown: { botId: '7999999999999999999' },
  pat_missing: { auth: 'own-pat' },
});

export async function eachState(parts: StatesParts, visit: Visit): Promise<void> {
  const { install, ownLine, site, looks } = parts;
  const line = await ownLine({ charactersPerSecond: 3000 });
  const profile = await install({ line, ...looks });
  const page = await profile.newPage();
  const path = looks.colorScheme === 'dark' ? '/dark' : '/plain';
  await page.goto(site.url(path));
  const view = new WidgetView(page);
  const headButton = (button: keyof typeof HEAD) =>
    page.locator('.head .icon-button').nth(HEAD[button]);

  await expect(page.locator('.bubble-button')).toBeVisible();
  await visit('closed', page);
  await view.open();
  await expect(page.locator('.chip').first()).toBeVisible();
  await visit('empty', page);

  line.simulator.control.setCharactersPerSecond(20);
  await view.ask(looks.locale === 'en-US' ? 'sim:long tell me more' : 'sim:long 多讲一点');
  await expect(view.answers.last().locator('.markdown')).not.toBeEmpty();
  await visit('streaming', page);
  await page.locator('.send').click();
  await expect(page.locator('.ending')).toBeVisible();
  await visit('stopped', page);
  line.simulator.control.setCharactersPerSecond(3000);
  for (const topic of ['code', 'table']) {
    await view.ask(`sim:${topic}`);
    await finished(view);
    await expect(page.locator('.chip').first()).toBeVisible();
    await visit(topic, page);
  }
  await view.ask('sim:4028');
  await expect(page.locator('.ending.failed')).toBeVisible();
  await expect(view.trouble).toHaveAttribute('data-cause', 'quota');
  await visit('trouble-quota', page);
  await headButton('fresh').click();
  await view.ask('An unbroken line: ' + 'https://example.com/'.padEnd(120, 'x'));
  await finished(view);
  await visit('long-words', page);

  await headButton('history').click();
  await expect(page.locator('.list li').first()).toBeVisible();
  await visit('history', page);
  await page.keyboard.press('Escape');
  await headButton('settings').click();
  await visit('settings', page);
  await page.locator('form summary').click();
  await page.locator('#zcbot-proxyUrl').fill('not an address');
  await page.locator('#zcbot-auth').selectOption('own-pat');
  await page.locator('.token').scrollIntoViewIfNeeded();
  await visit('settings-token', page);
  await page.locator('form .button.primary').click();
  await page.locator('form .button.danger').click();
  await expect(page.locator('form .fault:not(:empty)')).toBeVisible();
  await visit('settings-all', page);
  await page.keyboard.press('Escape');

  for (const [cause, settings] of Object.entries(TROUBLES(site))) {
    await profile.setValue('zcbot_settings', { chat: 'widget', ...settings });
    // Only a script that still has to pair needs the broker.
    if (cause === 'broker_down') await profile.setValue('zcbot_pairing_spent', 'another');
    await page.reload();
    await view.open();
    await expect(view.trouble).toHaveAttribute('data-cause', cause);
    await visit(`trouble-${cause}`, page);
  }
  await profile.setValue('zcbot_settings', { chat: 'widget' });
  await page.reload();
  await view.open();
  await expect(view.questions.first()).toBeVisible();
  await profile.context.setOffline(true);
  await expect(view.trouble).toHaveAttribute('data-cause', 'offline');
  await visit('trouble-offline', page);
  await profile.context.setOffline(false);

  await page.addInitScript(openShadowRoots);
  await page.goto(`${line.brokerUrl}/chat`);
  await expect(page.locator('.chip').first()).toBeVisible();
  await visit('chat-page', page);
  await view.ask('sim:table');
  await finished(view);
  await visit('chat-page-answered', page);
}

/** Playwright and axe see into open shadow roots only. */
function openShadowRoots(): void {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    return attach.call(this, { ...init, mode: 'open' });
  };
}

async function finished(view: WidgetView): Promise<void> {
  await expect(view.answers.last().locator('.foot')).toBeVisible();
}
