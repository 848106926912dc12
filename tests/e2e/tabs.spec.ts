/** Many tabs of one browser: six connections per host must be enough for all of them. */
import type { Page } from '@playwright/test';
import { embedAddress, expect, test } from './fixtures.ts';
import { ConsoleView } from './console-view.ts';
import { embedScript, hostPage } from './platform/pages.ts';

test('eight tabs all hear the news, and each can send', async ({
  context,
  embed,
  server,
  userId,
}) => {
  test.slow();
  const views: ConsoleView[] = [];
  for (let count = 0; count < 8; count++) {
    const { view } = await embed({ page: await context.newPage() });
    await view.entered();
    views.push(view);
  }
  const token = await server.login(userId);
  await server.createTask(token, 'News for all');
  for (const view of views) await expect(view.taskItem('News for all')).toBeVisible();

  for (const [index, view] of views.entries()) {
    await view.createTask(`Tab ${index}`);
    await view.send(`code, from tab ${index}`);
  }
  for (const view of views) await view.answered();
  for (const view of views) await expect(view.taskItems).toHaveCount(9);
});

test('eight frames in one page do not starve each other', async ({
  page,
  platform,
  server,
  userId,
  watch,
}) => {
  test.slow();
  const src = embedAddress(server, { parent_origin: platform.origin() });
  const frames = Array.from(
    { length: 8 },
    (_, index) => `<iframe id="frame-${index}" src="${src.replaceAll('&', '&amp;')}"
      style="width:380px;height:400px"></iframe>`,
  );
  // The seed's script, answering whichever frame asked.
  const script = embedScript(server.origin)
    .replace('pushToken() {', 'pushToken(frame) {')
    .replace('pushToken();\n  }', 'pushToken({ contentWindow: e.source });\n  }')
    .replace('const frame =', 'const unused =');
  await page.context().addCookies([{ name: 'user', value: userId, url: platform.origin() }]);
  await page.goto(
    platform.origin() + platform.publish(hostPage({ body: frames.join(''), script })),
  );
  const views = frames.map((_, index) => new ConsoleView(page.frameLocator(`#frame-${index}`)));
  for (const [index, view] of views.entries()) {
    await view.entered();
    await view.send(`code, from frame ${index}`);
  }
  for (const view of views) await view.answered();
  expect(await server.listTasks(await server.login(userId))).toHaveLength(8);
  expect(watch.heard('warning')).toEqual([]);
});

test('what one tab does, the other shows: names, deletions, answers, read marks', async ({
  context,
  embed,
}) => {
  const { view: here } = await embed();
  await here.createTask('Shared');
  const { view: there } = await embed({ page: await context.newPage() });
  await there.taskItem('Shared').click();
  await here.send('a table, please');
  await there.answered();
  await expect(there.answers.getByRole('table')).toBeVisible();
  await expect(there.questions.locator('.bubble')).toHaveText(['a table, please']);

  await here.taskItem('Shared').press('F2');
  await here.byTestId('rename-field').fill('Renamed');
  await here.byTestId('rename-field').press('Enter');
  await expect(there.byTestId('chat-title')).toHaveText('Renamed');
  await expect(there.taskTitles).toHaveText(['Renamed']);

  await here.createTask('Elsewhere');
  await there.taskItem('Renamed').press('Delete');
  await expect(here.taskTitles).toHaveText(['Elsewhere']);
});

/** Hidden tabs release their stream; Chromium's headless mode hides none by itself. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  for (const frame of page.frames()) {
    await frame.evaluate(
      (state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      },
      hidden ? 'hidden' : 'visible',
    );
  }
}

test('a hidden tab lets go of its stream after half a minute, and is up to date when it comes back', async ({
  embed,
  page,
  server,
  userId,
}) => {
  await page.clock.install();
  const { view } = await embed();
  await view.createTask('Old news');
  const streamEnded = page.waitForEvent('requestfailed', (request) =>
    request.url().includes('/v1/events'),
  );
  await setHidden(page, true);
  await page.clock.fastForward(31_000);
  await streamEnded;
  await server.createTask(await server.login(userId), 'News from meanwhile');
  await setHidden(page, false);
  await expect(view.taskTitles).toHaveText(['News from meanwhile', 'Old news']);
});
