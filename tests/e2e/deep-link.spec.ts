/** `task_id` in the address of the frame: at the first entry, and never again (seed §1). */
import { randomUUID } from 'node:crypto';
import { expect, test } from './fixtures.ts';

test('task_id opens its task with its messages', async ({ embed, server, userId }) => {
  const token = await server.login(userId);
  const { id } = await server.createTask(token, 'Linked');
  await server.createTask(token, 'Newer');
  await server.sendMessage(token, id, 'a table, please');
  const { view } = await embed({ query: { task_id: id.toUpperCase() } });
  await expect(view.byTestId('chat-title')).toHaveText('Linked');
  await expect(view.questions.locator('.bubble')).toHaveText(['a table, please']);
  await view.answered();
  await expect(view.taskItem('Linked')).toHaveAttribute('aria-current', 'page');
});

test('a 401, a retry or another user does not lead back to the task of the address', async ({
  embed,
  page,
  server,
  platform,
  userId,
}) => {
  const second = randomUUID();
  const token = await server.login(userId);
  const { id } = await server.createTask(token, 'Linked');
  const { view, received } = await embed({ query: { task_id: id } });
  await expect(view.byTestId('chat-title')).toHaveText('Linked');
  await view.createTask('Chosen');
  await server.revoke(userId);
  await expect.poll(received).toContain('zcbot-401');
  await expect(view.sessionBar).toBeHidden();
  await view.send('still here');
  await view.answered();
  await expect(view.byTestId('chat-title')).toHaveText('Chosen');

  await page.context().addCookies([{ name: 'user', value: second, url: platform.origin() }]);
  await server.revoke(userId);
  await expect(view.byTestId('chat-title')).toHaveText('New task');
  await expect(view.byTestId('load-failed')).toBeHidden();
  await page.context().addCookies([{ name: 'user', value: userId, url: platform.origin() }]);
  await server.revoke(second);
  await expect(view.taskItem('Chosen')).toBeVisible();
  await expect(view.byTestId('chat-title')).toHaveText('New task');
});

for (const [named, taskId] of [
  ['of another user', null],
  ['that is misspelt', '01HXXXXX-not-a-task'],
  ['that never was', randomUUID()],
] as const) {
  for (const [language, title, advice] of [
    ['zh-CN', '加载失败', '找不到这个任务：可能已被删除，或属于其他用户。请选择别的任务。'],
    ['en', 'Loading failed', 'This task was not found.'],
  ] as const) {
    test(`a task_id ${named} says ${title}, with the server’s own message`, async ({
      embed,
      server,
      userId,
    }) => {
      const foreign = await server.createTask(await server.login(randomUUID()), 'Not yours');
      const own = await server.createTask(await server.login(userId), 'Yours');
      const { view } = await embed({
        query: { task_id: taskId ?? foreign.id, lang: language },
      });
      const failed = view.byTestId('load-failed');
      await expect(failed.getByRole('heading')).toHaveText(title);
      await expect(failed).toContainText(advice);
      await expect(failed.getByTestId('server-message')).not.toBeEmpty();
      await expect(view.main).not.toContainText('Not yours');
      await view.taskItem('Yours').click();
      await expect(view.byTestId('chat-title')).toHaveText(own.title);
      await expect(failed).toBeHidden();
    });
  }
}
