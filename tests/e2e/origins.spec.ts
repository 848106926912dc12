/** Who may embed the console, and whose messages count (design §4.3, seed §5). */
import type { Page } from '@playwright/test';
import { ConsoleView } from './console-view.ts';
import { embedAddress, expect, registeredOrigins, test } from './fixtures.ts';
import { countApiRequests, push } from './host-side.ts';
import { hostPage } from './platform/pages.ts';

/** Pages at other origins than the registered ones, close to them in every way but equality. */
const LOOK_ALIKES = [
  { how: 'the registered origin is a prefix of it', host: 'localhost', port: 'longer', of: 0 },
  { how: 'it is a prefix of the registered origin', host: 'portal.localhost', port: 'own', of: 1 },
  { how: 'the registered host is a suffix', host: 'evilportal.localhost', port: 'longer', of: 1 },
  { how: 'it is a subdomain', host: 'evil.portal.localhost', port: 'longer', of: 1 },
  { how: 'it is the same machine by address', host: '127.0.0.1', port: 'own', of: 0 },
] as const;

/** Shows every document to every parent, as a browser without CSP would. */
async function ignoreFramingRules(page: Page): Promise<void> {
  await page.route('**/static/dev.html**', async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['content-security-policy'];
    await route.fulfill({ response, headers });
  });
}

for (const { how, host, port, of } of LOOK_ALIKES) {
  test.describe(`a page whose origin only looks registered (${how})`, () => {
    test('that names itself gets the placeholder, which runs nothing', async ({
      embed,
      page,
      platform,
    }) => {
      const evil = platform.origin(host, port === 'own' ? platform.port : platform.longerPort);
      const requests = countApiRequests(page);
      const { view, received } = await embed({ parentOrigin: evil });
      await expect(view.root.locator('main')).toHaveAttribute(
        'data-code',
        'unregistered_parent_origin',
      );
      await expect(view.root.locator('main')).toContainText(evil);
      await expect(view.root.locator('script')).toHaveCount(0);
      expect(await received()).toEqual([]);
      expect(requests()).toBe(0);
    });

    test('that names the registered one is refused by the browser', async ({
      embed,
      page,
      platform,
      watch,
      server,
    }) => {
      watch.expectComplaint(/frame-ancestors/);
      const named = registeredOrigins(platform)[of];
      const evil = platform.origin(host, port === 'own' ? platform.port : platform.longerPort);
      const requests = countApiRequests(page);
      const served = page.waitForResponse((response) => response.url().startsWith(server.origin));
      const { received } = await embed({ parentOrigin: named, servedFrom: evil });
      expect((await served).headers()['content-security-policy']).toContain(
        `frame-ancestors ${named}`,
      );
      await expect.poll(() => page.frames().at(-1)!.url()).toBe('chrome-error://chromewebdata/');
      expect(await received()).toEqual([]);
      expect(requests()).toBe(0);
    });

    test('is not listened to even where the browser would show the frame', async ({
      embed,
      page,
      platform,
      server,
      userId,
      watch,
    }) => {
      const named = registeredOrigins(platform)[of];
      const evil = platform.origin(host, port === 'own' ? platform.port : platform.longerPort);
      const token = await server.login(userId);
      const requests = countApiRequests(page);
      await ignoreFramingRules(page);
      const { view, received } = await embed({ parentOrigin: named, servedFrom: evil });
      await expect(view.gate).toHaveAttribute('data-state', 'waiting');
      // The browser says so itself: the frame speaks to the origin it was made for, to nobody else.
      await expect.poll(() => watch.heard('debug')).toContain('sent zcbot-ready');
      expect(await received()).toEqual([]);

      await push(page, { type: 'zcbot-token', token, user_id: userId });
      await push(page, { type: 'zcbot-token', token, user_id: userId });
      const dropped = 'message dropped: its origin is not the registered parent';
      await expect.poll(() => watch.heard('warning')).toEqual([dropped, dropped]);
      await expect(view.gate).toBeVisible();
      expect(requests()).toBe(0);
    });
  });
}

test('a registered page in somebody else’s frame is refused with everything in it', async ({
  page,
  platform,
  server,
  watch,
}) => {
  watch.expectComplaint(/frame-ancestors/);
  const [registered] = registeredOrigins(platform);
  const inner = hostPage({ src: embedAddress(server, { parent_origin: registered }) });
  const src = registered + platform.publish(inner);
  await page.goto(platform.origin('evil.localhost') + platform.publish(hostPage({ src })));
  await expect.poll(() => page.frames().at(-1)!.url()).toBe('chrome-error://chromewebdata/');
});

test.describe('messages that do not come from the parent window', () => {
  test('from a sibling frame and from a popup of the registered origin are dropped', async ({
    embed,
    page,
    platform,
    server,
    userId,
    watch,
  }) => {
    const token = await server.login(userId);
    const message = { type: 'zcbot-token', token, user_id: userId };
    const sibling = platform.publish(hostPage({}));
    const { view } = await embed({
      userId: null,
      host: { script: '', body: `<iframe id="sibling" src="${sibling}"></iframe>` },
    });
    await expect(view.gate).toBeVisible();
    const dropped = 'message dropped: it does not come from the parent window';

    await page
      .frameLocator('#sibling')
      .locator('body')
      .evaluate((_, data) => {
        const frame = parent.document.querySelector<HTMLIFrameElement>('#zcbot-frame')!;
        frame.contentWindow!.postMessage(data, '*');
      }, message);
    await expect.poll(() => watch.heard('warning')).toEqual([dropped]);

    const popup = page.waitForEvent('popup');
    await page.evaluate((address) => void window.open(address), sibling);
    await (
      await popup
    ).evaluate((data) => {
      (opener as Window).frames[0]!.postMessage(data, '*');
    }, message);
    await expect.poll(() => watch.heard('warning')).toEqual([dropped, dropped]);
    await expect(view.gate).toBeVisible();
  });

  test('from the page above the parent are dropped, and the parent’s count', async ({
    page,
    platform,
    server,
    userId,
    watch,
  }) => {
    const [registered] = registeredOrigins(platform);
    const token = await server.login(userId);
    const message = { type: 'zcbot-token', token, user_id: userId };
    const inner = hostPage({ src: embedAddress(server, { parent_origin: registered }) });
    const outer = hostPage({ src: platform.publish(inner) });
    await page.goto(registered + platform.publish(outer));
    const middle = page.frameLocator('#zcbot-frame');
    const view = new ConsoleView(middle.frameLocator('#zcbot-frame'));
    await expect(view.gate).toBeVisible();

    await page.evaluate((data) => window.frames[0]!.frames[0]!.postMessage(data, '*'), message);
    await expect
      .poll(() => watch.heard('warning'))
      .toEqual(['message dropped: it does not come from the parent window']);
    await middle
      .locator('body')
      .evaluate((_, data) => window.frames[0]!.postMessage(data, '*'), message);
    await view.entered();
  });
});
