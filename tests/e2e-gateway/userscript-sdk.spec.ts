import { expect, openChat, test, type InstallOptions } from './fixtures.ts';

/** The SDK's own field and messages, in the page. */
const FIELD = '#coze-sdk textarea';

test('the official SDK chats in the page, and the page never holds a token', async ({
  install,
  site,
  cdn,
  line,
}) => {
  const profile = await install({ settings: { chat: 'auto', sdkUrl: cdn.url } });
  line.simulator.control.forget();
  const page = await profile.newPage();
  const direct: string[] = [];
  page.on('request', (request) => void direct.push(request.url()));
  await page.goto(site.url('/plain'));
  await page.locator(FIELD).first().fill('hello from the SDK');
  await page.locator(FIELD).first().press('Enter');
  await expect(page.locator('#coze-sdk')).toContainText('This is not a real Coze bot');
  await expect(page.locator('.bubble-button')).toBeHidden();

  const values = await profile.values();
  const pairing = values.zcbot_pairing as { key: string };
  const seen = await page.evaluate(
    () => (window as unknown as { seenBySdk: { token: string; user: string } }).seenBySdk,
  );
  expect(seen).toEqual({ token: 'zcbot-placeholder-no-token-in-this-page', user: 'zcbot' });
  const html = await page.content();
  for (const secret of [
    pairing.key,
    values.coze_session_name as string,
    values.zcbot_user_id as string,
  ]) {
    expect(html).not.toContain(secret);
  }
  // Nothing went out from the page itself, neither to Coze nor to the gateway.
  const ours = [line.proxyUrl, line.brokerUrl, line.simulator.url, 'https://api.coze.'];
  expect(direct.filter((url) => ours.some((start) => url.startsWith(start)))).toEqual([]);
  const chats = line.simulator.control.requests().filter(({ path }) => path.startsWith('/v3/chat'));
  expect(chats).toHaveLength(1);
  expect(chats[0]).toMatchObject({
    status: 200,
    sessionName: expect.stringMatching(/./),
  });
});

test('the page can use the bridge for nothing but its chat', async ({
  install,
  site,
  cdn,
  line,
}) => {
  const profile = await install({ settings: { chat: 'sdk', sdkUrl: cdn.url } });
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await expect(page.locator(FIELD).first()).toBeVisible();
  line.simulator.control.forget();
  const answers = await page.evaluate(async () => {
    const call = async (method: string, path: string, body?: unknown): Promise<number> => {
      const response = await fetch(`https://api.coze.cn${path}`, {
        method,
        ...(body
          ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
          : {}),
      });
      return response.status;
    };
    return Promise.all([
      call('GET', '/v1/users/me'),
      call('GET', '/v1/bots/7999999999999999999'),
      call('POST', '/v3/chat', { bot_id: '7999999999999999999', user_id: 'x', stream: true }),
      call('POST', '/v1/workflow/run', { workflow_id: '1' }),
    ]);
  });
  expect(answers).toEqual([403, 403, 403, 403]);
  expect(line.simulator.control.requests()).toEqual([]);
});

const FALLBACKS: [string, string, InstallOptions][] = [
  ['a strict policy', '/strict', {}],
  ['a CDN that is not there', '/plain', { settings: { sdkUrl: 'http://127.0.0.1:9/sdk.js' } }],
];
for (const [why, path, options] of FALLBACKS) {
  test(`auto falls back to the own widget: ${why}`, async ({ install, site, cdn }) => {
    const settings = { chat: 'auto', sdkUrl: cdn.url, ...options.settings };
    const profile = await install({ ...options, settings });
    const view = await openChat(profile, site.url(path));
    await view.ask('hello');
    await view.answered('hello');
    await expect(view.page.locator('#coze-sdk')).toHaveCount(0);
    await expect(view.trouble).toHaveCount(0);
  });
}

test('the SDK works where the page is public and the gateway is on loopback', async ({
  install,
  site,
  cdn,
}) => {
  const args = [`--ip-address-space-overrides=${site.host}=public`];
  const profile = await install({ args, settings: { chat: 'auto', sdkUrl: cdn.url } });
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await page.locator(FIELD).first().fill('from a public page');
  await page.locator(FIELD).first().press('Enter');
  await expect(page.locator('#coze-sdk')).toContainText('This is not a real Coze bot');
});

test('the SDK chosen where it cannot run says so and offers the own widget', async ({
  install,
  site,
  cdn,
}) => {
  const profile = await install({ settings: { chat: 'sdk', sdkUrl: cdn.url } });
  const view = await openChat(profile, site.url('/strict'));
  await expect(view.trouble).toHaveAttribute('data-cause', 'sdk_blocked');
  await view.page.getByRole('button', { name: '使用内置聊天' }).click();
  await expect(view.trouble).toHaveCount(0);
  await view.ask('hello');
  await view.answered('hello');
});

test('a token that Coze stops accepting is replaced under the SDK too', async ({
  install,
  site,
  cdn,
  ownLine,
}) => {
  const line = await ownLine();
  const profile = await install({ line, settings: { chat: 'sdk', sdkUrl: cdn.url } });
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await page.locator(FIELD).first().fill('before');
  await page.locator(FIELD).first().press('Enter');
  await expect(page.locator('#coze-sdk')).toContainText('before');
  await expect(page.locator('#coze-sdk')).toContainText('This is not a real Coze bot');
  line.simulator.control.expireTokens();
  await page.waitForTimeout(500);
  await page.locator(FIELD).first().fill('after');
  await page.locator(FIELD).first().press('Enter');
  await expect
    .poll(() => {
      const chats = line.simulator.control
        .requests()
        .filter(({ path }) => /^\/v3\/chat\?/.test(path));
      return chats.map(({ status }) => status);
    })
    .toEqual([200, 401, 200]);
});
