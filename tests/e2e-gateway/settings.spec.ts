import { expect, openChat, servedScript, test } from './fixtures.ts';
import { WidgetView } from './widget-view.ts';

test('position and language are set in the form and stay, on other pages too', async ({
  install,
  site,
}) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  await view.page.getByRole('button', { name: '设置', exact: true }).click();
  await view.page.getByLabel('位置').selectOption('top-left');
  await view.page.getByLabel('语言').selectOption('en');
  await view.page.getByRole('button', { name: '保存' }).click();
  await expect(view.field).toHaveAttribute('placeholder', 'Ask something');
  const box = (await view.window.boundingBox())!;
  expect(box.x).toBeLessThan(50);
  expect(box.y).toBeLessThan(50);
  await expect
    .poll(() => profile.menu())
    .toEqual(['Hide the chat on this site', 'Settings', 'Reset my session']);

  const other = await profile.newPage();
  await other.goto(site.url('/strict'));
  const button = other.getByRole('button', { name: 'Open the chat' });
  await expect(button).toBeVisible();
  expect((await button.boundingBox())!.x).toBeLessThan(50);
});

test('a change in one tab reaches the other, and a switch does too', async ({ install, site }) => {
  const profile = await install();
  const one = await openChat(profile, site.url('/plain'));
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await expect(page.locator('.bubble-button')).toHaveAttribute('aria-label', '打开聊天');
  await one.page.getByRole('button', { name: '设置', exact: true }).click();
  await one.page.getByLabel('语言').selectOption('en');
  await one.page.getByRole('button', { name: '保存' }).click();
  await expect(page.locator('.bubble-button')).toHaveAttribute('aria-label', 'Open the chat');
  await profile.pressMenu('Hide the chat on this site');
  await expect(page.locator('zcbot-coze-chat')).toHaveCount(0);
  await expect(one.page.locator('zcbot-coze-chat')).toHaveCount(0);
});

test('what is no bot id or address is told at the field and not kept', async ({
  install,
  site,
}) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  const before = (await profile.values()).zcbot_settings;
  await view.page.getByRole('button', { name: '设置', exact: true }).click();
  await view.page.getByLabel('智能体 ID').fill('not a number');
  await view.page.getByRole('button', { name: '保存' }).click();
  await expect(view.page.getByLabel('智能体 ID')).toHaveAttribute('aria-invalid', 'true');
  await expect(view.page.getByLabel('智能体 ID')).toBeFocused();
  expect((await profile.values()).zcbot_settings).toEqual(before);
});

test('by finger on a phone: the window fills the screen, no keyboard until it is asked for', async ({
  install,
  site,
}) => {
  const viewport = { width: 360, height: 640 };
  const profile = await install({ viewport, hasTouch: true, isMobile: true });
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const view = new WidgetView(page);
  await page.locator('.bubble-button').tap();
  await expect(view.window).toBeVisible();
  await expect(view.field).not.toBeFocused();
  await expect.poll(async () => view.window.boundingBox()).toEqual({ x: 0, y: 0, ...viewport });
  await page.locator('.chip').first().tap();
  await view.answered('模拟器');
  await expect(view.field).not.toBeFocused();
  await view.field.tap();
  await expect(view.field).toBeFocused();
  await page.getByRole('button', { name: '关闭聊天' }).tap();
  await expect(view.window).toBeHidden();
});

test('two managers with the script make one widget', async ({ install, site, line }) => {
  const profile = await install({ switchedOn: false });
  const script = await servedScript(line);
  // Both in one world, one after the other: what the second finds is the first one's element.
  await profile.install(`${script}\n;\n${script}`);
  await profile.setValue('zcbot_sites', { [site.host]: true });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('hello');
  await view.answered('hello');
  await expect(view.page.locator('zcbot-coze-chat')).toHaveCount(1);
});

test('document.open and a navigation inside the page leave one widget', async ({
  install,
  site,
}) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('remember me');
  await view.answered('remember me');
  await view.page.evaluate(() => {
    document.open();
    document.write('<!doctype html><title>anew</title><p>another page</p>');
    document.close();
    history.pushState({}, '', '/elsewhere');
  });
  await expect(view.page.locator('zcbot-coze-chat')).toHaveCount(1);
  await expect(view.questions).toHaveText(/remember me/);
  await view.ask('and this');
  await view.answered('and this');
});
