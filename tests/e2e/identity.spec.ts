/** One frame, several users: nothing of one is ever shown to, or done for, another (design §4.3). */
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';
import { sightings, watchFor, watchNow } from './sightings.ts';

const SECRET_TITLE = 'Mergers that nobody may know of';
const SECRET_DRAFT = 'To whom it may concern';

/** The platform signs somebody else in, and pushes as it does on its own pages. */
async function switchUser(page: Page, userId: string): Promise<void> {
  const { origin } = new URL(page.url());
  await page.context().addCookies([{ name: 'user', value: userId, url: origin }]);
  await page.evaluate(() => (window as unknown as { pushToken(): Promise<void> }).pushToken());
}

async function leaveTraces(view: ConsoleView): Promise<void> {
  await view.createTask(SECRET_TITLE);
  await view.send('a table, please');
  await view.answered();
  await view.composer.fill(SECRET_DRAFT);
}

test('a switch of users while the console is open shows nothing of the first to the second', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const second = randomUUID();
  await server.createTask(await server.login(second), 'A task of the second');
  const { view } = await embed();
  await leaveTraces(view);
  await watchNow(page, server.origin, {
    texts: [SECRET_TITLE, SECRET_DRAFT],
    afterTokenOf: second,
  });
  await switchUser(page, second);
  await expect(view.taskTitles).toHaveText(['A task of the second']);
  await expect(view.composer).toHaveValue('');
  await expect(view.byTestId('chat-title')).toHaveText('New task');
  expect(await sightings(page, server.origin)).toEqual([]);

  await switchUser(page, userId);
  await expect(view.taskTitles).toHaveText([SECRET_TITLE]);
  await view.taskItem(SECRET_TITLE).click();
  await expect(view.composer).toHaveValue(SECRET_DRAFT);
});

test('a reload with the first user’s token in the cache and the second’s on its way shows a skeleton, then the second’s tasks', async ({
  embed,
  page,
  platform,
  server,
}) => {
  const second = randomUUID();
  const token = await server.login(second);
  await server.createTask(token, 'A task of the second');
  const { view } = await embed();
  await leaveTraces(view);

  let answerNow = (): void => {};
  const asked = new Promise<void>((resolve) => {
    platform.answerWith(second, async () => {
      const answer = new Promise<void>((go) => (answerNow = go));
      resolve();
      await answer;
      return { token, user_id: second };
    });
  });
  await watchFor(page, { texts: [SECRET_TITLE, SECRET_DRAFT], afterTokenOf: null });
  await page.context().addCookies([{ name: 'user', value: second, url: platform.origin() }]);
  await page.reload({ waitUntil: 'commit' });
  await expect(view.byTestId('console-skeleton')).toBeVisible();
  await asked;
  answerNow();
  await expect(view.taskTitles).toHaveText(['A task of the second']);
  await expect(view.composer).toHaveValue('');
  expect(await sightings(page, server.origin)).toEqual([]);
});

test('a cached token shows the user’s tasks when the parent stays silent', async ({
  embed,
  page,
}) => {
  const { view } = await embed();
  await view.createTask('From the last visit');
  await page.context().clearCookies({ name: 'user' });
  await page.reload();
  await expect(view.taskTitles).toHaveText(['From the last visit']);
});

test('what the first user’s requests bring in after the switch is thrown away', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const second = randomUUID();
  const tokenOfFirst = await server.login(userId);
  await server.createTask(tokenOfFirst, SECRET_TITLE);
  let releaseFirst = (): void => {};
  const late = new Promise<void>((resolve) => (releaseFirst = resolve));
  const lists: string[] = [];
  await page.route('**/v1/tasks?*', async (route) => {
    const bearer = route.request().headers()['authorization'] ?? '';
    const claims = JSON.parse(atob(bearer.split('.')[1]!)) as { sub: string };
    lists.push(claims.sub);
    if (claims.sub === userId) await late;
    await route.continue().catch(() => undefined);
  });
  const { view } = await embed();
  await expect.poll(() => lists).toContain(userId);
  await watchNow(page, server.origin, { texts: [SECRET_TITLE], afterTokenOf: null });
  await switchUser(page, second);
  await expect.poll(() => lists).toContain(second);
  releaseFirst();
  await expect(view.byTestId('task-panel')).toContainText('No tasks yet');
  await view.createTask('Mine alone');
  await expect(view.taskTitles).toHaveText(['Mine alone']);
  expect(await sightings(page, server.origin)).toEqual([]);
});

test('a message the first user could not send waits for him, and never goes out under another name', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const second = randomUUID();
  const { view } = await embed();
  await view.createTask('Mine');
  await page.route('**/messages', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  );
  await view.send('for my eyes only');
  await expect(view.byTestId('outbox-state')).toBeVisible();
  await switchUser(page, second);
  await expect(view.byTestId('chat-title')).toHaveText('New task');
  await page.unroute('**/messages');
  await view.send('hello from the second');
  await view.answered();
  const tokenOfSecond = await server.login(second);
  const tasks = await server.listTasks(tokenOfSecond);
  expect(tasks.map(({ title }) => title)).toEqual(['hello from the second']);

  await switchUser(page, userId);
  await view.taskItem('Mine').click();
  await view.answered();
  await expect(view.questions.locator('.bubble')).toHaveText(['for my eyes only']);
  await expect(view.questions).toHaveAttribute('data-status', 'sent');
});

test('a switch clears this platform’s key alone', async ({ embed, page, platform }) => {
  const second = randomUUID();
  const { view } = await embed();
  await view.entered();
  const keys = (): Promise<Record<string, string>> =>
    view.main.evaluate(() => ({ ...localStorage }));
  const others = {
    'zcbot.embed:https://elsewhere.example': 'of another platform',
    'zcbot.session': 'of the console on its own',
    'somebody.else': 'not ours',
  };
  await view.main.evaluate((_, entries) => {
    for (const [key, value] of Object.entries(entries)) localStorage.setItem(key, value);
  }, others);
  await switchUser(page, second);
  const own = `zcbot.embed:${platform.origin()}`;
  await expect.poll(async () => (await keys())[own]).toContain(second);
  expect(await keys()).toMatchObject(others);
  expect(Object.keys(await keys()).filter((key) => key.startsWith('zcbot.embed:'))).toHaveLength(2);
});
