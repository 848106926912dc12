/** Without a mouse, and by ear. */
import type { Page } from '@playwright/test';
import type { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';

/** Presses the key until the focus is on an element of this name. */
async function tabTo(page: Page, view: ConsoleView, testId: string, key = 'Tab'): Promise<void> {
  for (let count = 0; count < 30; count++) {
    const focused = await view.main.evaluate(
      () => (document.activeElement as HTMLElement | null)?.dataset['testid'],
    );
    if (focused === testId) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${testId} cannot be reached by ${key}`);
}

test('the main path needs nothing but the keyboard', async ({ embed, page, server, userId }) => {
  await server.createTask(await server.login(userId), 'Older');
  const { view } = await embed();
  await expect(view.taskItem('Older')).toBeVisible();

  await page.keyboard.press('Tab');
  await expect(view.root.getByRole('link', { name: 'Skip to the conversation' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(view.composer).toBeFocused();

  await tabTo(page, view, 'new-task', 'Shift+Tab');
  await page.keyboard.press('Enter');
  const dialog = view.byTestId('new-task-dialog');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(view.byTestId('new-task')).toBeFocused();
  await page.keyboard.press('Alt+n');
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await expect(view.byTestId('chat-title')).toHaveText('By hand');
  await expect(view.composer).toBeFocused();

  await server.hold({ afterPieces: 10 });
  await page.keyboard.type('a slow answer, please');
  await page.keyboard.press('Enter');
  await expect(view.byTestId('stop')).toBeVisible();
  await page.keyboard.press('Control+.');
  await view.answered('stopped');

  await page.keyboard.press('Alt+ArrowDown');
  await expect(view.byTestId('chat-title')).toHaveText('Older');
  await page.keyboard.press('Control+k');
  await expect(view.root.getByRole('searchbox')).toBeFocused();
  await tabTo(page, view, 'task-item');
  await page.keyboard.press('Home');
  await expect(view.taskItem('By hand')).toBeFocused();
  await page.keyboard.press('F2');
  await page.keyboard.type('Renamed by hand');
  await page.keyboard.press('Enter');
  await expect(view.taskItem('Renamed by hand')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(view.taskItem('Older')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(view.taskItems).toHaveCount(1);
  await view.button('Undo').focus();
  await page.keyboard.press('Enter');
  await expect(view.taskItems).toHaveCount(2);

  await tabTo(page, view, 'settings', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(view.byTestId('settings')).toBeFocused();
  await page.keyboard.press('Control+/');
  await expect(view.byTestId('shortcuts-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(view.byTestId('shortcuts-dialog')).toBeHidden();
});

test('a dialog keeps the focus, and gives it back', async ({ embed, page }) => {
  const { view } = await embed();
  await view.byTestId('new-task').focus();
  await page.keyboard.press('Enter');
  const dialog = view.byTestId('new-task-dialog');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  for (let count = 0; count < 12; count++) {
    await page.keyboard.press('Tab');
    const outside = await view.main.evaluate(
      (main) => main.contains(document.activeElement) && !document.activeElement?.closest('dialog'),
    );
    expect(outside).toBe(false);
  }
  await page.keyboard.press('Escape');
  await expect(view.byTestId('new-task')).toBeFocused();
});

test('in a narrow frame the task panel is a drawer that takes and returns the focus', async ({
  embed,
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 640 });
  const { view } = await embed();
  const open = view.byTestId('open-panel');
  await expect(view.byTestId('task-panel')).toHaveAttribute('inert');
  await open.focus();
  await page.keyboard.press('Enter');
  await expect(view.byTestId('new-task')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(open).toBeFocused();
  await expect(view.byTestId('task-panel')).toHaveAttribute('inert');
});

test('an answer is read out by the sentence, not by the word, and its end is said', async ({
  embed,
}) => {
  const { view } = await embed();
  await view.createTask('Heard');
  await view.send('table');
  await view.answered();
  const announcer = view.byTestId('announcer');
  await expect(announcer).toHaveAttribute('aria-live', 'polite');
  await announcer.evaluate((region) => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await view.send('resume, please');
  await expect(view.answers).toHaveCount(2);
  await expect(view.answerText).toContainText('This is part 20 of 20.', { timeout: 40_000 });
  await view.answered();
  await expect(announcer).toContainText('Answer complete.');
  const heard = await announcer.evaluate(() => (window as unknown as { heard: string[] }).heard);
  const whole = heard.join(' ');
  expect(whole.match(/This is part \d+ of 20\./g)).toEqual(
    Array.from({ length: 20 }, (_, index) => `This is part ${index + 1} of 20.`),
  );
  // The answer has a thousand pieces; it is heard in a few readings of whole sentences.
  expect(heard.length).toBeLessThan(30);
  for (const reading of heard) expect(reading).toMatch(/([.!?:;。]|part \d+|weight)\s*$/i);
});

test('nothing of the console is read out twice: one live region for answers, one for states', async ({
  embed,
}) => {
  const { view } = await embed();
  await view.send('table');
  await view.answered();
  const regions = await view.main.evaluate((main) =>
    [...main.querySelectorAll('[aria-live]:not([aria-live=off]), [role=status], [role=log]')].map(
      (region) => (region as HTMLElement).dataset['testid'],
    ),
  );
  expect(regions.sort()).toEqual(['announcer', 'bars', 'toasts']);
});
