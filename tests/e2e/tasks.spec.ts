/** The task panel. */
import { expect, test } from './fixtures.ts';

test('deleting can be undone, and what was open opens again', async ({ embed, page }) => {
  const { view } = await embed();
  await view.createTask('Precious');
  await view.send('table');
  await view.answered();
  await view.byTestId('task-menu').last().click();
  await view.root.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(view.taskItems).toHaveCount(0);
  await expect(view.byTestId('chat-title')).toHaveText('New task');
  await view.byTestId('toasts').getByRole('button', { name: 'Undo' }).click();
  await expect(view.byTestId('chat-title')).toHaveText('Precious');
  await expect(view.answers.getByRole('table')).toBeVisible();
  await page.reload();
  await expect(view.taskTitles).toHaveText(['Precious']);
});

test('tasks are renamed, searched, archived and brought back', async ({ embed }) => {
  const { view } = await embed();
  for (const title of ['Apples', 'Pears', '橘子 100%']) await view.createTask(title);
  await view.taskItem('Pears').press('F2');
  await view.byTestId('rename-field').fill('Plums');
  await view.byTestId('rename-field').press('Escape');
  await expect(view.taskItem('Pears')).toBeVisible();
  await view.taskItem('Pears').press('F2');
  await view.byTestId('rename-field').fill('Plums');
  await view.byTestId('rename-field').press('Enter');
  await expect(view.taskItem('Plums')).toBeFocused();

  const search = view.root.getByRole('searchbox');
  for (const [query, found] of [
    ['PLUM', ['Plums']],
    ['%', ['橘子 100%']],
    ['_', []],
    ['橘', ['橘子 100%']],
  ] as const) {
    await search.fill(query);
    await expect(view.taskTitles).toHaveText([...found]);
  }
  await expect(view.byTestId('task-panel')).not.toContainText('No tasks yet');
  await search.press('Escape');
  await expect(view.taskItems).toHaveCount(3);

  await view.taskItem('Apples').click({ button: 'left' });
  await view.root.getByRole('button', { name: 'Actions for “Apples”' }).click();
  await view.root.getByRole('menuitem', { name: 'Archive' }).click();
  await expect(view.taskItems).toHaveCount(2);
  await view.byTestId('show-archived').click();
  await expect(view.taskTitles).toHaveText(['Apples']);
  await view.root.getByRole('button', { name: 'Actions for “Apples”' }).click();
  await view.root.getByRole('menuitem', { name: 'Move back to tasks' }).click();
  await expect(view.byTestId('task-panel')).toContainText('Nothing is archived.');
  await view.byTestId('show-current').click();
  await expect(view.taskItems).toHaveCount(3);
});

test('a long list is fetched as one scrolls', async ({ embed, server, userId }) => {
  const token = await server.login(userId);
  const numbers = Array.from({ length: 75 }, (_, index) => index);
  for (const number of numbers) await server.createTask(token, `Task ${number}`);
  const { view } = await embed();
  await expect(view.taskItem('Task 74')).toBeVisible();
  expect(await view.taskItems.count()).toBeLessThan(75);
  await expect
    .poll(async () => {
      await view.taskItems.last().scrollIntoViewIfNeeded();
      return view.taskItems.count();
    })
    .toBe(75);
  await expect(view.taskTitles).toHaveText(numbers.reverse().map((number) => `Task ${number}`));
});

test('a task works, then is unread until it is opened, and its first message names it', async ({
  embed,
  server,
}) => {
  const { view } = await embed();
  await server.hold({ afterPieces: 3 });
  await view.send('a table that tells which door is where, please');
  await expect(view.taskItems).toHaveAttribute('data-status', 'running');
  await expect(view.taskTitles).toHaveText(/^a table that tells which door/);
  await view.createTask('Another');
  await server.release();
  const first = view.taskItem('a table that tells');
  await expect(first).toHaveAttribute('data-status', 'idle');
  await expect(first.getByTestId('unread')).toBeVisible();
  await first.click();
  await expect(first.getByTestId('unread')).toBeHidden();
  await view.taskItem('Another').click();
  await expect(first.getByTestId('unread')).toBeHidden();
});
