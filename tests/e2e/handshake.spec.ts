/** The handshake, seed §1–§4: from the iframe to a token that is accepted. */
import { embedAddress, expect, test } from './fixtures.ts';
import { push } from './host-side.ts';
import { embedScript, hostPage } from './platform/pages.ts';
import { ConsoleView } from './console-view.ts';

test('the seed’s page signs its user in: one zcbot-ready, one token, the main view', async ({
  embed,
  platform,
  userId,
  watch,
}) => {
  const { view, received } = await embed();
  await view.entered();
  expect(await received()).toEqual(['zcbot-ready']);
  expect(platform.asked(userId)).toBe(1);
  expect(watch.heard('debug')).toEqual(['sent zcbot-ready', 'accepted zcbot-token']);
  expect(watch.heard('warning')).toEqual([]);
});

test('a parent that begins to listen late is asked once more after three seconds', async ({
  embed,
  page,
  server,
}) => {
  await page.clock.install();
  const { view, received } = await embed({ host: { script: '' } });
  await expect.poll(received).toEqual(['zcbot-ready']);
  await page.addScriptTag({ content: embedScript(server.origin) });
  await expect(view.gate).toContainText('Waiting for sign-in…');
  await page.clock.fastForward(3_100);
  await view.entered();
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-ready']);
});

test('a parent that never answers: likely reasons and Retry after ten seconds, and Retry asks again', async ({
  embed,
  page,
  server,
}) => {
  await page.clock.install();
  const { view, received } = await embed({ host: { script: '' } });
  await expect.poll(received).toEqual(['zcbot-ready']);
  await page.clock.fastForward(3_100);
  await expect.poll(received).toHaveLength(2);
  await page.clock.fastForward(7_000);
  await expect(view.gate).toContainText('Still waiting for sign-in');
  await expect(view.gate.getByRole('listitem')).toHaveCount(3);
  await page.addScriptTag({ content: embedScript(server.origin) });
  await view.button('Retry').click();
  await view.entered();
  expect(await received()).toHaveLength(3);
});

test('a parent that pushes before it is asked is heard all the same', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const token = await server.login(userId);
  const { view } = await embed({ userId: null, host: { script: '' } });
  await push(page, { type: 'zcbot-token', token, user_id: userId, user_name: '林' });
  await view.entered();
  await expect(view.byTestId('user-name')).toHaveText('林');
});

test('a parent under the strictest cross-origin isolation can embed it', async ({
  context,
  page,
  platform,
  server,
  userId,
}) => {
  await context.addCookies([{ name: 'user', value: userId, url: platform.origin() }]);
  const html = hostPage({
    src: embedAddress(server, { parent_origin: platform.origin() }),
    script: embedScript(server.origin),
  });
  const address = platform.publish(html, {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  });
  await page.goto(platform.origin() + address);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await new ConsoleView(page.frameLocator('#zcbot-frame')).entered();
});

test.describe('a browser that speaks Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('gets Chinese; lang= and the settings change that, and the choice is kept', async ({
    embed,
    page,
  }) => {
    const { view } = await embed({ userId: null });
    await expect(view.gate).toContainText('等待登录…');
    const { view: entered } = await embed();
    await expect(entered.byTestId('new-task')).toHaveText('新建任务');
    await expect(entered.root.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await entered.send('表格');
    await entered.answered();
    await expect(entered.answers.getByRole('columnheader').first()).toHaveText('入口');

    await entered.byTestId('settings').click();
    await entered.root.getByRole('menuitemradio', { name: 'English' }).click();
    await expect(entered.byTestId('new-task')).toHaveText('New task');
    await page.reload();
    await expect(entered.byTestId('new-task')).toHaveText('New task');
    const { view: named } = await embed({ query: { lang: 'zh-CN', theme: 'dark' } });
    await expect(named.byTestId('new-task')).toHaveText('新建任务');
    await expect(named.root.locator('html')).toHaveAttribute('data-theme', 'dark');
  });
});
