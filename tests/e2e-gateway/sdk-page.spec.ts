/** Coze's official chat SDK in a page whose origin the gateway allows, without the userscript. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

interface ChatSdk {
  ChatFramework: unknown;
  ChatSlot: unknown;
}

interface SdkPage {
  default: ChatSdk;
  React: { createElement(type: unknown, props?: object | null, ...children: unknown[]): unknown };
  ReactDOM: { createRoot(place: Element): { render(element: unknown): void } };
}

/** As a page's own script would do it: a token from the broker, Coze's API at `apiBaseUrl`. */
async function startSdk(
  page: Page,
  options: { apiBaseUrl: string; botId: string; tokenUrl: string },
): Promise<void> {
  await page.evaluate(async ({ apiBaseUrl, botId, tokenUrl }) => {
    const { default: sdk, React, ReactDOM } = window as unknown as SdkPage;
    const freshToken = async (): Promise<string> => {
      const headers = { 'X-Requested-With': 'XMLHttpRequest' };
      const answer = await fetch(tokenUrl, { headers, credentials: 'include' });
      return ((await answer.json()) as { access_token: string }).access_token;
    };
    const place = document.createElement('div');
    place.id = 'sdk';
    place.style.cssText = 'width: 420px; height: 560px';
    document.body.append(place);
    const parts = {
      chat: { appId: botId, type: 'bot' },
      auth: { token: await freshToken(), onRefreshToken: freshToken },
      user: { id: 'a-user', name: 'user', avatar: '' },
      setting: { apiBaseUrl, cdnBaseUrlPath: location.origin, language: 'en', logLevel: 'release' },
      ui: { layout: 'pc' },
    };
    const slot = React.createElement(sdk.ChatSlot);
    ReactDOM.createRoot(place).render(React.createElement(sdk.ChatFramework, parts, slot));
  }, options);
}

for (const way of ['through the proxy', 'straight at the simulator'] as const) {
  test(`the SDK in a page chats ${way}, with a token from the broker`, async ({
    page,
    line,
    site,
    cdn,
  }) => {
    const { simulator, proxyUrl, brokerUrl } = line;
    await page.goto(site.url('/plain'));
    await page.addScriptTag({ url: cdn.url });
    simulator.control.forget();
    const session = `session_mb1x2y3z_${crypto.randomUUID().replaceAll('-', '')}`;
    await startSdk(page, {
      apiBaseUrl: way === 'through the proxy' ? `${proxyUrl}/${simulator.url}` : simulator.url,
      botId: simulator.botId,
      tokenUrl: `${brokerUrl}/callback?session_name=${session}`,
    });
    await page.locator('#sdk textarea').first().fill('hello from a page');
    await page.locator('#sdk textarea').first().press('Enter');
    await expect(page.locator('#sdk')).toContainText('This is not a real Coze bot');

    const chats = simulator.control
      .requests()
      .filter(({ method, path }) => method === 'POST' && path.startsWith('/v3/chat'));
    expect(chats).toHaveLength(1);
    expect(chats[0]).toMatchObject({
      status: 200,
      sessionName: expect.stringMatching(/^[\w-]{43}$/),
    });
  });
}
