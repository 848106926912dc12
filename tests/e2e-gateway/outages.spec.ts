import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, openChat, test } from './fixtures.ts';

test('the token expires in mid-chat and nobody notices', async ({ install, site, ownLine }) => {
  const line = await ownLine();
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('before');
  await view.answered('before');
  line.simulator.control.expireTokens();
  await view.ask('after');
  await view.answered('after');
  await expect(view.page.locator('.ending')).toHaveCount(0);
  await expect(view.trouble).toHaveCount(0);
  const chats = line.simulator.control.requests().filter(({ path }) => path.startsWith('/v3/chat'));
  expect(chats.map(({ status }) => status)).toEqual([200, 401, 200]);
});

test('stopped and started again, the gateway is found without a reload', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine();
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('one');
  await view.answered('one');
  await line.stopGateway();
  await view.ask('two');
  await expect(view.trouble).toHaveAttribute('data-cause', 'proxy_down');
  await expect(view.trouble).toContainText('网关未运行');
  await line.startGateway();
  await expect(view.trouble).toHaveCount(0);
  await view.page.getByRole('button', { name: '重新提问' }).click();
  await view.answered('two');
  await expect(view.questions).toHaveCount(2);
});

test('an answer cut by a restart is completed from Coze', async ({ install, site, ownLine }) => {
  const line = await ownLine({ charactersPerSecond: 30 });
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('this answer will be cut in the middle of it');
  await expect(view.answers.last().locator('.markdown')).toContainText('Simulator');
  await line.stopGateway();
  await expect(view.answers.last()).toContainText('连接中断');
  await line.startGateway();
  await view.answered('this answer will be cut in the middle of it');
  await expect(view.trouble).toHaveCount(0);
});

test('another program on the proxy’s port is told from the gateway', async ({ install, site }) => {
  const other = createServer((_request, response) => response.end('<h1>another program</h1>'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const profile = await install({ settings: { proxyUrl: `http://127.0.0.1:${port}` } });
  const view = await openChat(profile, site.url('/plain'));
  await expect(view.trouble).toHaveAttribute('data-cause', 'port_taken');
  await expect(view.trouble).toContainText(`127.0.0.1:${port}`);
  other.closeAllConnections();
  other.close();
});

test('an install that the gateway does not know is told to pair anew', async ({
  install,
  site,
  line,
}) => {
  const profile = await install({ switchedOn: false });
  await profile.setValue('zcbot_pairing', { brokerUrl: line.brokerUrl, key: 'not-a-known-key' });
  const view = await test.step('with the code of the served script still fresh', async () => {
    await profile.setValue('zcbot_sites', { [site.host]: true });
    const opened = await openChat(profile, site.url('/plain'));
    await opened.ask('hello');
    await opened.answered('hello');
    return opened;
  });
  await profile.setValue('zcbot_pairing', { brokerUrl: line.brokerUrl, key: 'not-a-known-key' });
  await view.page.reload();
  await view.open();
  await expect(view.trouble).toHaveAttribute('data-cause', 'pairing_refused');
});

test('what Coze says about bot and quota is shown with its remedy', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine();
  line.simulator.control.unpublish(line.simulator.botId, '999');
  line.simulator.control.unpublish(line.simulator.botId, '1024');
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('hello');
  await expect(view.trouble).toHaveAttribute('data-cause', 'bot_not_published');

  const quota = await ownLine();
  const another = await install({ line: quota });
  const second = await openChat(another, site.url('/plain'));
  await second.ask('sim:4028');
  await expect(second.trouble).toHaveAttribute('data-cause', 'quota');
});

test('with a PAT at the gateway the window says that sessions are shared', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine({ credentials: 'pat' });
  const profile = await install({ line });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('hello');
  await view.answered('hello');
  await expect(view.page.locator('.who')).toContainText('PAT');
});

test('a PAT typed into the settings goes by the plain proxy form and stays out of the page', async ({
  install,
  site,
  line,
  ownLine,
}) => {
  const host = new URL(line.simulator.url).host;
  const own = await ownLine({ environment: { COZE_ALLOWED_PRIVATE: host } });
  const profile = await install({
    line: own,
    settings: { apiBase: line.simulator.url, botId: line.simulator.botId },
  });
  const view = await openChat(profile, site.url('/plain'));
  await view.page.getByRole('button', { name: '设置', exact: true }).click();
  await view.page.getByLabel('令牌', { exact: true }).selectOption('own-pat');
  // The browser's own window: what is typed there, the page cannot hear.
  view.page.once('dialog', (dialog) => void dialog.accept(`  ${line.simulator.pat}\n`));
  await view.page.getByRole('button', { name: '输入令牌' }).click();
  await expect(view.page.locator('.mask')).toHaveText('••••••••');
  await view.page.getByRole('button', { name: '保存' }).click();
  await view.ask('by my own token');
  await view.answered('by my own token');
  await expect(view.page.locator('.who')).toContainText('你自己的 PAT');
  const sent = await profile.sent();
  const chat = sent.find(({ url }) =>
    url.startsWith(`${own.proxyUrl}/${line.simulator.url}/v3/chat`),
  );
  expect(chat?.headers.Authorization).toBe(`Bearer ${line.simulator.pat}`);
  expect(chat?.headers).not.toHaveProperty('X-Session-Name');
  await view.page.getByRole('button', { name: '设置', exact: true }).click();
  await expect(view.page.locator('.mask')).toHaveText('••••••••');
  const inside = await view.page.locator('.root').evaluate((root) => root.outerHTML);
  expect(inside).not.toContain(line.simulator.pat);
});
