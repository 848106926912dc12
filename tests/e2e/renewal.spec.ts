/** A 401 loses nothing, costs one zcbot-401, and never becomes a loop (design §4.3). */
import { expect, test } from './fixtures.ts';
import { countApiRequests, push } from './host-side.ts';
import { beginSlowAnswer, HALF, SLOW } from './slow-answer.ts';

/** Longer than the console waits before its second zcbot-ready. */
const LONG_ENOUGH_MS = 4_500;

/** A promise with its key on the outside. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('a 401 in the middle of typing loses no keystroke, and what is sent goes out afterwards', async ({
  embed,
  platform,
  server,
  userId,
}) => {
  const { view, received } = await embed();
  await view.createTask('Letters');
  await view.composer.pressSequentially('Dear all, tomo');
  const answer = gate();
  platform.answerWith(userId, async () => {
    await answer.opened;
    return { token: await server.login(userId), user_id: userId };
  });
  await server.revoke(userId);
  await expect(view.sessionBar).toHaveText('Signing in again… You can go on writing.');
  await expect(view.composer).toBeFocused();
  await view.composer.pressSequentially('rrow we meet.');
  await expect(view.composer).toHaveValue('Dear all, tomorrow we meet.');
  await view.composer.press('Enter');
  await view.composer.pressSequentially('P.S. ');
  await expect(view.questions).toHaveText(/Dear all, tomorrow we meet\..*Waiting to be sent/s);
  answer.open();
  await expect(view.sessionBar).toBeHidden();
  await view.answered();
  await view.composer.pressSequentially('Bring cake.');
  await expect(view.composer).toHaveValue('P.S. Bring cake.');
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-401']);
  const token = await server.login(userId);
  const [task] = await server.listTasks(token);
  const asked = (await server.messages(token, task!.id)).filter(({ role }) => role === 'user');
  expect(asked.map(({ parts }) => parts)).toEqual([
    [{ type: 'text', text: 'Dear all, tomorrow we meet.' }],
  ]);
});

test('a 401 in the middle of an answer loses no part of it', async ({
  embed,
  platform,
  server,
  userId,
}) => {
  const { view, received } = await embed();
  await beginSlowAnswer(view, server);
  const answer = gate();
  platform.answerWith(userId, async () => {
    await answer.opened;
    return { token: await server.login(userId), user_id: userId };
  });
  await server.revoke(userId);
  await expect(view.sessionBar).toBeVisible();
  // The answer goes on while nobody is signed in here.
  await server.release();
  await expect(view.answerText).toHaveText(HALF);
  answer.open();
  await view.answered();
  await expect(view.answerText).toHaveText(SLOW);
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-401']);
});

test('however much the user does without a token, the parent hears one zcbot-401, and all of it is done', async ({
  embed,
  platform,
  server,
  userId,
}) => {
  const { view, received } = await embed();
  await view.createTask('Before');
  const answer = gate();
  platform.answerWith(userId, async () => {
    await answer.opened;
    return { token: await server.login(userId), user_id: userId };
  });
  await server.revoke(userId);
  await expect(view.sessionBar).toBeVisible();
  await view.taskItem('Before').press('F2');
  await view.byTestId('rename-field').fill('After');
  await view.byTestId('rename-field').press('Enter');
  await view.send('first');
  await view.send('second');
  await view.byTestId('new-task').click();
  await view.byTestId('new-task-dialog').getByRole('textbox').fill('Made meanwhile');
  await view.byTestId('create-task').click();
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-401']);
  answer.open();
  await expect(view.byTestId('new-task-dialog')).toBeHidden();
  await expect
    .poll(async () => (await view.taskTitles.allTextContents()).sort())
    .toEqual(['After', 'Made meanwhile']);
  await view.taskItem('After').click();
  await expect(view.questions.locator('.bubble')).toHaveText(['first', 'second']);
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-401']);
  expect(platform.asked(userId)).toBe(2);
});

test.describe('tokens that live two seconds', () => {
  test.use({ ownServerOptions: { tokenTtlSeconds: 2 } });

  test('an answer outlives several of them, with one zcbot-401 for each', async ({
    embed,
    ownServer,
    platform,
    userId,
    watch,
  }) => {
    const { view, received } = await embed({ server: ownServer });
    await beginSlowAnswer(view, ownServer);
    await expect.poll(received, { timeout: 30_000 }).toHaveLength(4);
    await view.composer.fill('still mine');
    await ownServer.release();
    await view.answered();
    await expect(view.answerText).toHaveText(SLOW);
    await expect(view.composer).toHaveValue('still mine');
    const types = await received();
    expect(types).toEqual(['zcbot-ready', ...types.slice(1).map(() => 'zcbot-401')]);
    expect(platform.asked(userId)).toBe(types.length);
    expect(watch.heard('warning')).toEqual([]);
  });
});

test.describe('a parent that hands over refused tokens', () => {
  test('for ever the same, at the first entry: it is told nothing more, and the user is told', async ({
    embed,
    page,
    platform,
    server,
    userId,
    watch,
  }) => {
    const token = await server.login(userId);
    await server.revoke(userId);
    platform.answerWith(userId, { token, user_id: userId });
    const requests = countApiRequests(page);
    const { view, received } = await embed();
    await expect(view.gate).toHaveAttribute('data-state', 'refused');
    await expect(view.gate).toContainText('The server refused the token this page was given.');
    const tried = requests();
    for (let count = 0; count < 50; count++) {
      await push(page, { type: 'zcbot-token', token, user_id: userId });
    }
    await expect.poll(() => watch.heard('warning')).toHaveLength(50);
    expect(new Set(watch.heard('warning'))).toEqual(
      new Set(['message dropped: the server has already refused this token']),
    );
    await quiet(received, 1);
    expect(requests()).toBe(tried);
    expect(platform.asked(userId)).toBe(1);

    // Each click is one more question, and a parent that has learnt better gets in.
    await view.button('Retry').click();
    await expect.poll(received).toEqual(['zcbot-ready', 'zcbot-ready']);
    await expect(view.gate).toHaveAttribute('data-state', 'refused');
    platform.answerAgain(userId);
    await view.button('Retry').click();
    await view.entered();
    expect(await received()).toEqual(['zcbot-ready', 'zcbot-ready', 'zcbot-ready']);
  });

  test('after one that had worked, each a new one: one zcbot-401, and the view stays', async ({
    embed,
    platform,
    server,
    userId,
  }) => {
    const { view, received } = await embed();
    await view.createTask('Kept');
    await view.composer.fill('half a sentence');
    platform.answerWith(userId, async () => {
      const token = await server.login(userId);
      await server.revoke(userId);
      return { token, user_id: userId };
    });
    await server.revoke(userId);
    await expect(view.sessionBar).toContainText('(token refused)');
    await quiet(received, 2);
    expect(await received()).toEqual(['zcbot-ready', 'zcbot-401']);
    await expect(view.byTestId('chat-title')).toHaveText('Kept');
    await expect(view.composer).toHaveValue('half a sentence');

    platform.answerAgain(userId);
    await view.sessionBar.getByRole('button', { name: 'Retry' }).click();
    await expect(view.sessionBar).toBeHidden();
    await view.composer.press('Enter');
    await view.answered();
  });
});

/** The number of messages stays what it is, for longer than the console waits for anything here. */
async function quiet(received: () => Promise<string[]>, count: number): Promise<void> {
  const until = Date.now() + LONG_ENOUGH_MS;
  await expect
    .poll(
      async () => {
        expect((await received()).length).toBe(count);
        return Date.now() > until;
      },
      { intervals: [500] },
    )
    .toBe(true);
}

test('the same token pushed again changes nothing', async ({
  embed,
  page,
  server,
  userId,
  watch,
}) => {
  const token = await server.login(userId);
  const requests = countApiRequests(page);
  const { view } = await embed({ userId: null, host: { script: '' } });
  await push(page, { type: 'zcbot-token', token, user_id: userId });
  await view.createTask('Mine');
  await view.composer.fill('half a sentence');
  await expect(view.connectionBar).toBeHidden();
  const before = requests();
  for (let count = 0; count < 5; count++) {
    await push(page, { type: 'zcbot-token', token, user_id: userId });
  }
  await expect
    .poll(() => watch.heard('debug').filter((line) => line === 'accepted zcbot-token'))
    .toHaveLength(6);
  await expect(view.composer).toHaveValue('half a sentence');
  expect(requests()).toBe(before);
  expect(watch.heard('warning')).toEqual([]);
});

test('a parent whose user is gone: after ten seconds the bar offers Retry, and nothing is lost', async ({
  embed,
  page,
  platform,
  server,
  userId,
}) => {
  await page.clock.install();
  const { view, received } = await embed();
  await view.composer.fill('half a sentence');
  await page.context().clearCookies({ name: 'user' });
  await server.revoke(userId);
  await expect(view.sessionBar).toHaveAttribute('data-state', 'asked');
  await page.clock.fastForward(10_500);
  await expect(view.sessionBar).toHaveAttribute('data-state', 'overdue');
  await expect(view.composer).toHaveValue('half a sentence');
  await page.context().addCookies([{ name: 'user', value: userId, url: platform.origin() }]);
  await view.sessionBar.getByRole('button', { name: 'Retry' }).click();
  await expect(view.sessionBar).toBeHidden();
  expect(await received()).toEqual(['zcbot-ready', 'zcbot-401', 'zcbot-ready']);
});
