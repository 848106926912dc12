/** axe-core over every state a user meets: nothing serious, nothing critical. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { ConsoleView } from './console-view.ts';
import { embedAddress, expect, test } from './fixtures.ts';
import { hostPage } from './platform/pages.ts';
import { settled } from './settled.ts';
import { beginSlowAnswer } from './slow-answer.ts';

/** Serious and critical violations of the page and of all frames in it. */
async function violations(page: Page): Promise<string[]> {
  await settled(page);
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary}`),
    );
}

// Each test alone is long enough to be worth a worker.
test.describe.configure({ mode: 'parallel' });

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`login page, with and without an error (${colorScheme})`, async ({ page, server }) => {
      await page.goto(server.origin);
      const view = new ConsoleView(page);
      await expect(view.byTestId('login-page')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await view.root.getByLabel('E-mail').fill('nobody@example.com');
      await view.root.getByLabel('Password', { exact: true }).fill('wrong');
      await page.keyboard.press('Enter');
      await expect(view.byTestId('sign-in-error')).not.toBeEmpty();
      expect(await violations(page)).toEqual([]);
    });

    test(`main view with answers of every kind, menu, dialogs (${colorScheme})`, async ({
      embed,
      page,
      server,
      userId,
    }) => {
      const { view } = await embed();
      await expect(view.byTestId('empty-state')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      const words = ['help', 'table', 'code', 'think', 'tools', 'fail'];
      for (const [index, word] of words.entries()) {
        await view.send(word);
        await expect(view.answers).toHaveCount(index + 1);
        await view.answered(word === 'fail' ? 'failed' : 'complete');
      }
      await beginSlowAnswer(view, server);
      await view.send('queued behind it');
      await expect(view.byTestId('queued')).toBeVisible();
      for (const step of await view.root.locator('details.step').all()) {
        await step.evaluate((details: HTMLDetailsElement) => (details.open = true));
      }
      expect(await violations(page)).toEqual([]);

      await server.revoke(userId);
      await view.byTestId('settings').click();
      await expect(view.root.getByRole('menu')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await view.byTestId('new-task').click();
      await expect(view.byTestId('new-task-dialog')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test(`waiting, overdue, refused, placeholder, failed loading (${colorScheme})`, async ({
      embed,
      page,
      platform,
      server,
      userId,
    }) => {
      await page.clock.install();
      const { view } = await embed({ userId: null });
      await expect(view.gate).toContainText('Waiting for sign-in…');
      expect(await violations(page)).toEqual([]);
      await page.clock.fastForward(10_500);
      await expect(view.gate).toContainText('Still waiting');
      expect(await violations(page)).toEqual([]);

      const token = await server.login(userId);
      await server.revoke(userId);
      platform.answerWith(userId, { token, user_id: userId });
      await embed();
      await expect(view.gate).toHaveAttribute('data-state', 'refused');
      expect(await violations(page)).toEqual([]);
      platform.answerAgain(userId);
      await embed({ query: { task_id: userId } });
      await expect(view.byTestId('load-failed')).toBeVisible();
      expect(await violations(page)).toEqual([]);

      const src = embedAddress(server, { parent_origin: 'https://portal.example.com' });
      await page.goto(platform.origin() + platform.publish(hostPage({ src })));
      await expect(view.root.locator('main[data-code]')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test(`a narrow frame, its drawer and its bars (${colorScheme})`, async ({
      context,
      embed,
      page,
    }) => {
      await page.setViewportSize({ width: 360, height: 640 });
      const { view } = await embed();
      await view.send('table');
      await view.answered();
      expect(await violations(page)).toEqual([]);
      await view.byTestId('open-panel').click();
      await expect(view.taskItems).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await context.setOffline(true);
      await view.send('later');
      await expect(view.connectionBar).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}
