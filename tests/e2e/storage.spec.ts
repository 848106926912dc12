/** Browsers that keep nothing: the console works all the same, and says what will be lost. */
import { chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../setup/chromium.ts';
import { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';

/** What a Chromium with blocked storage does to a frame of another site, for one that does not. */
function refuseStorage(): void {
  const refuse = (): never => {
    throw new DOMException('The request was denied.', 'SecurityError');
  };
  Object.defineProperty(window, 'localStorage', { get: refuse });
  Object.defineProperty(window, 'sessionStorage', { get: refuse });
  LockManager.prototype.request = () => Promise.resolve().then(refuse);
}

async function storageOf(page: Page, consoleOrigin: string): Promise<string> {
  const frame = page.frames().find((candidate) => candidate.url().startsWith(consoleOrigin))!;
  return frame.evaluate(() => {
    try {
      localStorage.setItem('probe', '');
      return 'works';
    } catch (error) {
      return (error as DOMException).name;
    }
  });
}

test('a browser that blocks the frame’s storage, locks included, still sends and streams', async ({
  embed,
  server,
  watch,
}) => {
  // With Playwright's own switches Chromium blocks the storage of a frame from another site.
  const browser = await chromium.launch(chromiumLaunch());
  const context = await browser.newContext();
  watch.follow(context);
  try {
    const page = await context.newPage();
    await embed({ page });
    if ((await storageOf(page, server.origin)) === 'works') {
      await context.addInitScript(refuseStorage);
      await page.reload();
    }
    expect(await storageOf(page, server.origin)).toBe('SecurityError');
    const view = new ConsoleView(page.frameLocator('#zcbot-frame'));
    await expect(view.byTestId('storage-note')).toContainText('This browser blocks storage here');
    await view.send('a table, please');
    await view.answered();
    await expect(view.answers.getByRole('table')).toBeVisible();

    // Drafts live in memory, for as long as the page does.
    await view.composer.fill('half a sentence');
    await view.createTask('Another one');
    await expect(view.composer).toHaveValue('');
    await view.taskItem('a table, please').click();
    await expect(view.composer).toHaveValue('half a sentence');
    await view.byTestId('storage-note').getByRole('button').click();
    await expect(view.byTestId('storage-note')).toBeHidden();
    expect(watch.heard('error')).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('a full storage loses no message of this visit', async ({ embed, page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  const { view } = await embed();
  await expect(view.byTestId('storage-note')).toBeVisible();
  await view.send('a table, please');
  await view.answered();
});
