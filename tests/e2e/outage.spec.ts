/** Server killed, network gone, answers lost on the way: nothing is lost, nothing is there twice. */
import type { BrowserContext, Route } from '@playwright/test';
import { en } from '../../apps/server/src/engines/demo/texts.en.ts';
import { expect, test } from './fixtures.ts';
import type { ConsoleServer } from './server/console-server.ts';
import { beginSlowAnswer, HALF, SLOW } from './slow-answer.ts';

/** What the server has of the user's newest task, word for word. */
async function stored(
  server: ConsoleServer,
  userId: string,
  role: 'user' | 'assistant',
): Promise<string[]> {
  const token = await server.login(userId);
  const [task] = await server.listTasks(token);
  const messages = await server.messages(token, task!.id);
  return messages
    .filter((message) => message.role === role)
    .map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''));
}

test.describe('kill -9 in the middle of an answer', () => {
  test('keeps what was written, and Continue writes the rest', async ({
    embed,
    ownServer,
    userId,
  }) => {
    const { view } = await embed({ server: ownServer });
    await beginSlowAnswer(view, ownServer);
    await ownServer.kill();
    await expect(view.connectionBar).toHaveText('Reconnecting…');
    await expect(view.answerText).toHaveText(HALF);
    await view.composer.fill('half a sentence');
    await ownServer.start();
    await expect(view.byTestId('ending')).toContainText('The answer was interrupted.');
    await expect(view.connectionBar).toBeHidden();
    await expect(view.answerText).toHaveText(HALF);
    await view.byTestId('ending').getByRole('button', { name: 'Continue' }).click();
    await expect(view.answers).toHaveCount(2);
    await view.answered();
    await expect(view.composer).toHaveValue('half a sentence');
    const [first, rest] = await stored(ownServer, userId, 'assistant');
    expect(`${first}${rest}`.trim()).toBe(SLOW);
    await expect(view.answers.first().locator('.md')).toHaveText(first!.trim());
    await expect(view.answerText).toHaveText(rest!.trim());
  });

  test('of an engine that can take it up again goes on by itself, without a seam', async ({
    embed,
    ownServer,
    userId,
  }) => {
    const { view } = await embed({ server: ownServer });
    await ownServer.hold({ afterPieces: 150 });
    await view.send('resume, please');
    await expect(view.answerText).toContainText('This is part 2 of 20.');
    await ownServer.kill();
    await expect(view.connectionBar).toBeVisible();
    await ownServer.start({ held: true });
    await expect(view.connectionBar).toBeHidden();
    await expect(view.byTestId('working')).toBeVisible();
    await ownServer.release();
    await view.answered();
    expect(await stored(ownServer, userId, 'assistant')).toEqual([en.resumable + en.long(20)]);
    const parts = (await view.answerText.innerText()).match(/This is part \d+ of 20/g);
    expect(parts).toEqual(Array.from({ length: 20 }, (_, i) => `This is part ${i + 1} of 20`));
  });

  test('lets messages be written meanwhile, which arrive once and in order', async ({
    embed,
    ownServer,
    page,
    userId,
  }) => {
    const { view } = await embed({ server: ownServer });
    await view.createTask('Through the storm');
    await ownServer.kill();
    await view.send('one');
    await view.send('two');
    await view.send('three');
    await expect(view.byTestId('outbox-state')).toHaveCount(3);
    await ownServer.start();
    await expect(view.answers).toHaveCount(3, { timeout: 30_000 });
    await view.answered();
    expect(await stored(ownServer, userId, 'user')).toEqual(['one', 'two', 'three']);
    await page.reload();
    await view.taskItem('Through the storm').click();
    await expect(view.questions.locator('.bubble')).toHaveText(['one', 'two', 'three']);
    await expect(view.answers).toHaveCount(3);
  });
});

test.describe('offline', () => {
  test('says so, keeps messages, and sends each once when the network is back', async ({
    context,
    embed,
    server,
    userId,
  }) => {
    const { view } = await embed();
    await view.createTask('On the train');
    await context.setOffline(true);
    await expect(view.connectionBar).toHaveText(/^You are offline\./);
    await view.send('in the tunnel');
    await view.send('still in it');
    await expect(view.byTestId('outbox-state')).toHaveText([
      'Waiting to be sent',
      'Waiting to be sent',
    ]);
    await context.setOffline(false);
    await expect(view.connectionBar).toBeHidden();
    await expect(view.answers).toHaveCount(2);
    await view.answered();
    expect(await stored(server, userId, 'user')).toEqual(['in the tunnel', 'still in it']);
  });

  test('in the middle of an answer: the rest arrives without a gap', async ({
    context,
    embed,
    server,
  }) => {
    const { view } = await embed();
    await beginSlowAnswer(view, server);
    await context.setOffline(true);
    await expect(view.connectionBar).toBeVisible();
    await server.release();
    await context.setOffline(false);
    await view.answered();
    await expect(view.answerText).toHaveText(SLOW);
    await expect(view.connectionBar).toBeHidden();
  });
});

/** Every call of the API fails; pages and their parts are served. */
async function cutApi(context: BrowserContext): Promise<() => Promise<void>> {
  const cut = (route: Route): Promise<void> => route.abort('connectionrefused');
  await context.route('**/v1/**', cut);
  return () => context.unroute('**/v1/**', cut);
}

test('the outbox survives a reload, and another tab does not send it twice', async ({
  context,
  embed,
  page,
  server,
  userId,
}) => {
  const { view } = await embed();
  await view.createTask('Two tabs');
  const restore = await cutApi(context);
  await view.send('once');
  await expect(view.byTestId('outbox-state')).toHaveText('Waiting to be sent');
  await view.composer.fill('a draft');
  await page.reload();
  await embed({ page: await context.newPage() });
  await restore();
  await view.taskItem('Two tabs').click();
  await expect(view.composer).toHaveValue('a draft');
  await view.answered();
  await expect(view.questions).toHaveCount(1);
  expect(await stored(server, userId, 'user')).toEqual(['once']);
});

test('an answer of the server that is lost on its way does not make a message come twice', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const { view } = await embed();
  await view.createTask('Lost receipts');
  let lost = 0;
  await page.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST' || lost >= 2) return route.continue();
    lost++;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await view.send('only once');
  await view.answered();
  await expect(view.questions).toHaveAttribute('data-status', 'sent');
  expect(lost).toBe(2);
  expect(await stored(server, userId, 'user')).toEqual(['only once']);
  await expect(view.answers).toHaveCount(1);
});

test('a message the server refuses says why, and can be sent again or deleted', async ({
  embed,
  page,
}) => {
  const { view } = await embed();
  await view.createTask('Refusals');
  const refuse = (route: Route): Promise<void> =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 413,
          contentType: 'application/problem+json',
          body: JSON.stringify({ code: 'body_too_large', title: 'too large', status: 413 }),
        })
      : route.continue();
  await page.route('**/messages', refuse);
  await view.send('first');
  await view.send('second');
  await expect(view.questions).toHaveText([
    /first.*Not sent · The message is too long/s,
    /second.*Not sent/s,
  ]);
  await page.unroute('**/messages', refuse);
  await view.questions.first().getByRole('button', { name: 'Delete' }).click();
  await expect(view.questions).toHaveCount(1);
  await view.questions.getByRole('button', { name: 'Send again' }).click();
  await view.answered();
  await expect(view.questions.locator('.bubble')).toHaveText(['second']);
});

test('a server that cannot be reached is named as such, and reached again by itself', async ({
  context,
  embed,
  page,
}) => {
  const { view } = await embed();
  await view.createTask('Still there');
  const restore = await cutApi(context);
  await page.reload();
  await expect(view.byTestId('task-panel')).toContainText('The tasks could not be loaded.');
  await expect(view.byTestId('task-panel')).toContainText('The server cannot be reached.');
  await expect(view.connectionBar).toHaveText('Reconnecting…');
  await restore();
  await expect(view.taskTitles).toHaveText(['Still there']);
  await expect(view.connectionBar).toBeHidden();
});
