import { expect, openChat, test } from './fixtures.ts';
import type { Streaming } from './profile.ts';

for (const page of ['/plain', '/strict']) {
  test(`the widget streams an answer on ${page}`, async ({ install, site }) => {
    const profile = await install();
    const view = await openChat(profile, site.url(page));
    await view.ask('给我看一段代码');
    await expect(view.answers.last().locator('.markdown')).not.toBeEmpty();
    await view.answered('模拟器');
    await expect(view.answers.last().locator('pre')).toBeVisible();
    await expect(view.page.locator('.chip').first()).toBeVisible();
  });
}

test('the widget works where the page is public and the gateway is on loopback', async ({
  install,
  site,
  line,
}) => {
  const overrides = `--ip-address-space-overrides=${site.host}=public`;
  const profile = await install({ args: [overrides] });
  const view = await openChat(profile, site.url('/plain'));
  // The page itself cannot get there: that is what the manager's channel is for.
  const own = await view.page.evaluate(
    (url) =>
      fetch(url, { mode: 'no-cors' }).then(
        () => 'reached',
        () => 'refused',
      ),
    `${line.brokerUrl}/healthz`,
  );
  expect(own).toBe('refused');
  await view.ask('hello');
  await view.answered('hello');
});

const WAYS: [Streaming, string][] = [
  ['stream', 'a stream'],
  ['progress', 'growing text'],
  ['whole', 'the whole answer at once'],
];
for (const [streaming, words] of WAYS) {
  test(`a manager that gives ${words} gives the whole answer`, async ({
    install,
    site,
    ownLine,
  }) => {
    const line = await ownLine({ charactersPerSecond: 60 });
    const profile = await install({ streaming, line });
    const view = await openChat(profile, site.url('/plain'));
    await view.ask('分成很多段的中文回答');
    if (streaming !== 'whole') {
      // Parts are shown while the answer is still being written.
      await expect(view.page.locator('.send[aria-label="停止"]')).toBeVisible();
      await expect(view.answers.last().locator('.markdown')).toContainText('模拟器');
      await expect(view.page.locator('.send[aria-label="停止"]')).toBeVisible();
    }
    await view.answered('分成很多段的中文回答');
    await expect(view.answers.last()).not.toContainText('\ufffd');
  });
}

test('stop keeps what was said and tells Coze', async ({ install, site, ownLine }) => {
  const line = await ownLine({ charactersPerSecond: 20 });
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('给我看一段代码');
  await expect(view.answers.last().locator('.markdown')).toContainText('模');
  await view.page.getByRole('button', { name: '停止' }).click();
  await expect(view.answers.last()).toContainText('已停止');
  await expect
    .poll(() => line.simulator.control.requests().map(({ path }) => path))
    .toContain('/v3/chat/cancel');
  line.simulator.control.setCharactersPerSecond(1000);
  await view.ask('hello again');
  await view.answered('hello again');
});

test('conversations come back after a reload, and a new one starts empty', async ({
  install,
  site,
}) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('first question');
  await view.answered('first question');
  await view.page.reload();
  await view.open();
  await expect(view.questions).toHaveText(/first question/);
  await view.page.getByRole('button', { name: '新对话' }).click();
  await expect(view.questions).toHaveCount(0);
  await view.ask('second question');
  await view.answered('second question');
  await view.page.getByRole('button', { name: '历史对话' }).click();
  await expect(view.page.locator('.list li')).toHaveCount(2);
  await view.page.locator('.list li').last().locator('button').click();
  await expect(view.questions).toHaveText(/first question/);
});

test('dormant until switched on for a site; the menu switches both ways', async ({
  install,
  site,
}) => {
  const profile = await install({ switchedOn: false });
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await expect.poll(() => profile.menu()).toEqual(['在此网站显示聊天']);
  await expect(page.locator('zcbot-coze-chat')).toHaveCount(0);
  expect(await profile.sent()).toEqual([]);
  await profile.pressMenu('在此网站显示聊天');
  await expect(page.locator('.bubble-button')).toBeVisible();
  await expect.poll(() => profile.menu()).toEqual(['在此网站隐藏聊天', '设置', '重置我的会话']);
  await profile.pressMenu('在此网站隐藏聊天');
  await expect(page.locator('zcbot-coze-chat')).toHaveCount(0);
});

test('one widget per page, and it outlives what an application does to the page', async ({
  install,
  site,
}) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('remember me');
  await view.answered('remember me');
  await view.page.evaluate(() => {
    history.pushState({}, '', '/elsewhere');
    document.documentElement.querySelector('zcbot-coze-chat')?.remove();
    document.body.replaceWith(document.createElement('body'));
  });
  await expect(view.questions).toHaveText(/remember me/);
  await expect(view.page.locator('zcbot-coze-chat')).toHaveCount(1);
});

test('nothing secret is on window, in the DOM or in the console', async ({ install, site }) => {
  const profile = await install({ openShadow: false, settings: { debug: true } });
  const page = await profile.newPage();
  const said: string[] = [];
  page.on('console', (message) => void said.push(message.text()));
  await page.goto(site.url('/plain'));
  await expect
    .poll(async () => (await profile.values()).zcbot_pairing)
    .toMatchObject({ key: expect.stringMatching(/./) });
  await expect.poll(() => said.some((line) => line.startsWith('[zcbot]'))).toBe(true);
  const values = await profile.values();
  const { key } = values.zcbot_pairing as { key: string };
  const secrets = [key, values.coze_session_name as string, values.zcbot_pairing_spent as string];
  const seen = await page.evaluate(() => {
    const host = document.querySelector('zcbot-coze-chat');
    const globals = Object.getOwnPropertyNames(window).filter((name) => /zcbot|GM_/i.test(name));
    return {
      root: host?.shadowRoot ?? null,
      globals,
      html: document.documentElement.outerHTML,
      storage: JSON.stringify({ ...localStorage, ...sessionStorage }),
      cookies: document.cookie,
    };
  });
  expect(seen.root).toBeNull();
  expect(seen.globals).toEqual([]);
  const everything = JSON.stringify(seen) + said.join('\n');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(15);
    expect(everything).not.toContain(secret);
  }
});
