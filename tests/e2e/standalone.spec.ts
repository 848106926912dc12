/** The console on its own: login by e-mail and password. */
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';
import { hostPage } from './platform/pages.ts';
import type { ConsoleServer } from './server/console-server.ts';
import { beginSlowAnswer, SLOW } from './slow-answer.ts';

const PASSWORD = 'correct horse battery staple';

async function someone(server: ConsoleServer): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  await server.addUser(email, PASSWORD);
  return email;
}

async function signIn(view: ConsoleView, email: string, password = PASSWORD): Promise<void> {
  await view.root.getByLabel('E-mail').fill(email);
  await view.root.getByLabel('Password', { exact: true }).fill(password);
  await view.root.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function open(page: Page, server: ConsoleServer, path = '/'): Promise<ConsoleView> {
  await page.goto(server.origin + path);
  return new ConsoleView(page);
}

test('the right password leads in, a reload stays in, signing out leads out for good', async ({
  page,
  server,
}) => {
  const email = await someone(server);
  const view = await open(page, server);
  await expect(view.byTestId('brand')).toBeVisible();
  await expect(view.root.getByLabel('E-mail')).toBeFocused();
  await signIn(view, ` ${email.toUpperCase()} `);
  await view.entered();
  await expect(view.byTestId('brand')).toBeVisible();
  await expect(view.byTestId('user-name')).toHaveText(email);
  await view.createTask('Mine');
  const token = await page.evaluate(
    () => (JSON.parse(localStorage.getItem('zcbot.session')!) as { token: string }).token,
  );
  await page.reload();
  await expect(view.taskTitles).toHaveText(['Mine']);

  await view.byTestId('settings').click();
  await view.root.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(view.byTestId('login-page')).toBeVisible();
  await expect(page.locator('body')).not.toContainText('Mine');
  await page.reload();
  await expect(view.byTestId('login-page')).toBeVisible();
  await expect(server.listTasks(token)).rejects.toThrow('401');
});

test('a wrong password and an unknown user read the same, and keep what was typed', async ({
  ownServer,
  page,
}) => {
  const email = await someone(ownServer);
  const view = await open(page, ownServer);
  for (const who of [email, 'nobody@example.com']) {
    await signIn(view, who, 'guess');
    await expect(view.byTestId('sign-in-error')).toHaveText(
      'E-mail or password is wrong. Check both and try again.',
    );
    await expect(view.root.getByLabel('E-mail')).toHaveValue(who);
    await expect(view.root.getByLabel('Password', { exact: true })).toBeFocused();
  }
  await signIn(view, email);
  await view.entered();
});

test('too many wrong passwords are stopped, with the time to wait', async ({ ownServer, page }) => {
  const email = await someone(ownServer);
  const view = await open(page, ownServer);
  for (let count = 0; count < 10; count++) {
    const answer = page.waitForResponse('**/v1/auth/login');
    await signIn(view, email, `guess ${count}`);
    expect((await answer).status()).toBe(401);
  }
  await signIn(view, email, 'one more');
  await expect(view.byTestId('sign-in-error')).toHaveText(
    /^Too many attempts\. Try again in \d+ s\.$/,
  );
  // Guessing on does not tell a right one from a wrong one.
  await signIn(view, email);
  await expect(view.byTestId('sign-in-error')).toContainText('Too many attempts.');
  await expect(view.byTestId('login-page')).toBeVisible();
});

test('a server that cannot be reached is told from a wrong password', async ({ page, server }) => {
  const view = await open(page, server);
  await page.route('**/v1/auth/login', (route) => route.abort('connectionrefused'));
  await signIn(view, 'someone@example.com');
  await expect(view.byTestId('sign-in-error')).toContainText('The server cannot be reached.');
});

test('a session that ends in the middle of typing and of an answer asks to sign in, over what is there', async ({
  page,
  server,
}) => {
  const email = await someone(server);
  const view = await open(page, server);
  await signIn(view, email);
  await beginSlowAnswer(view, server);
  await view.composer.fill('half a sentence');
  const userId = await page.evaluate(
    () => (JSON.parse(localStorage.getItem('zcbot.session')!) as { user_id: string }).user_id,
  );
  await server.revoke(userId);
  const dialog = view.byTestId('sign-in-again');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await server.release();
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(dialog).toBeHidden();
  await view.answered();
  await expect(view.answerText).toHaveText(SLOW);
  await expect(view.composer).toHaveValue('half a sentence');
});

test('what was not sent waits through signing out for the same user’s return', async ({
  page,
  server,
}) => {
  const email = await someone(server);
  const view = await open(page, server);
  await signIn(view, email);
  await view.createTask('Mine');
  await page.route('**/messages', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  );
  await view.send('later');
  await expect(view.byTestId('outbox-state')).toBeVisible();
  await view.byTestId('settings').click();
  await view.root.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(view.byTestId('login-page')).toBeVisible();

  await signIn(view, await someone(server));
  await expect(view.byTestId('task-panel')).toContainText('No tasks yet');
  await view.byTestId('settings').click();
  await view.root.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.unroute('**/messages');
  await signIn(view, email);
  await view.taskItem('Mine').click();
  await view.answered();
  await expect(view.questions.locator('.bubble')).toHaveText(['later']);
});

test('signing out in one tab signs out the others, signing in follows', async ({
  context,
  page,
  server,
}) => {
  const email = await someone(server);
  const here = await open(page, server);
  const there = await open(await context.newPage(), server);
  await signIn(here, email);
  await here.entered();
  await there.entered();
  await there.byTestId('settings').click();
  await there.root.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(here.byTestId('login-page')).toBeVisible();
});

test('the address names the open task, for reload, back and forward', async ({ page, server }) => {
  const email = await someone(server);
  const view = await open(page, server);
  await signIn(view, email);
  await view.createTask('One');
  await view.createTask('Two');
  await page.goBack();
  await expect(view.byTestId('chat-title')).toHaveText('One');
  await page.reload();
  await expect(view.byTestId('chat-title')).toHaveText('One');
  await page.goForward();
  await expect(view.byTestId('chat-title')).toHaveText('Two');
});

test('the console on its own is shown in nobody’s frame', async ({
  page,
  platform,
  server,
  watch,
}) => {
  watch.expectComplaint(/frame-ancestors/);
  for (const path of ['/', '/static/dev.html']) {
    const html = hostPage({ src: server.origin + path });
    await page.goto(platform.origin() + platform.publish(html));
    await expect.poll(() => page.frames().at(-1)!.url()).toBe('chrome-error://chromewebdata/');
  }
});

test('the embed page hides brand, signing out and the login page', async ({ embed }) => {
  const { view } = await embed({ userId: null });
  await expect(view.gate).toContainText('Waiting for sign-in…');
  await expect(view.byTestId('login-page')).toBeHidden();
  await expect(view.root.getByRole('textbox')).toHaveCount(0);

  const { view: entered } = await embed({});
  await expect(entered.byTestId('task-panel').getByTestId('new-task')).toBeVisible();
  await expect(entered.byTestId('brand')).toHaveCount(0);
  await entered.byTestId('settings').click();
  await expect(entered.root.getByRole('menuitem')).toHaveText(['Keyboard shortcuts']);
});
