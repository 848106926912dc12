/**
 * The main states as pictures in test-results/screenshots, for people to look at; and the rules of
 * layout that a machine can hold. Names: <state>.<language>.<theme>.<width>.png
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { ConsoleView } from './console-view.ts';
import { embedAddress, expect, test } from './fixtures.ts';
import { hostPage } from './platform/pages.ts';
import { settled } from './settled.ts';

const FOLDER = fileURLToPath(new URL('../../test-results/screenshots', import.meta.url));
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 640 };

const WORDS = {
  'zh-CN': {
    task: '整理季度报告',
    other: '给客户写一封说明信，解释本周的延误以及下一步安排',
    help: '帮助',
    code: '代码',
    tools: '工具',
    table: '表格',
    fail: '失败',
    slow: '慢',
    draft: '写到一半的话',
  },
  en: {
    task: 'Quarterly report',
    other: 'Write a letter to our customers that explains the delay and what comes next',
    help: 'help',
    code: 'code',
    tools: 'tools',
    table: 'table',
    fail: 'fail',
    slow: 'a slow answer, please',
    draft: 'half a sentence',
  },
} as const;

// Each test alone is long enough to be worth a worker.
test.describe.configure({ mode: 'parallel' });

for (const locale of ['zh-CN', 'en'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });
      const words = WORDS[locale];

      const shoot = async (page: Page, state: string): Promise<void> => {
        const width = page.viewportSize()!.width;
        const name = `${state}.${locale}.${colorScheme}.${width}.png`;
        await settled(page);
        await page.screenshot({ path: path.join(FOLDER, name), animations: 'disabled' });
      };
      const shootBoth = async (page: Page, state: string): Promise<void> => {
        for (const size of [NARROW, WIDE]) {
          await page.setViewportSize(size);
          await expectNoSidewaysScrolling(page);
          await shoot(page, state);
        }
      };

      test(`main view and its states (${locale}, ${colorScheme})`, async ({
        context,
        embed,
        page,
        server,
        userId,
      }) => {
        test.setTimeout(120_000);
        const token = await server.login(userId);
        await server.createTask(token, words.other);
        const { view } = await embed();
        await expect(view.taskItem(words.other)).toBeVisible();
        await expect(view.root.locator('.examples button').first()).toBeVisible();
        await shootBoth(page, 'new-task');
        await view.createTask(words.task);
        for (const [index, word] of ([words.help, words.tools, words.code] as const).entries()) {
          await view.send(word);
          await expect(view.answers).toHaveCount(index + 1);
          await view.answered();
        }
        await shootBoth(page, 'code');
        await view.answers.nth(1).locator('details').first().locator('summary').click();
        await view.byTestId('conversation').evaluate((box) => box.scrollTo(0, 0));
        await shootBoth(page, 'markdown');
        await view.answers.nth(1).scrollIntoViewIfNeeded();
        await shootBoth(page, 'tools');
        await view.send(words.table);
        await expect(view.answers).toHaveCount(4);
        await view.answered();
        await view.send(words.fail);
        await expect(view.answers).toHaveCount(5);
        await view.answered('failed');
        await shootBoth(page, 'table-and-failure');

        await page.setViewportSize(NARROW);
        await view.byTestId('open-panel').click();
        await expect(view.taskItem(words.task)).toBeVisible();
        await shoot(page, 'drawer');
        await page.keyboard.press('Escape');
        await page.setViewportSize(WIDE);
        await view.byTestId('settings').click();
        await expect(view.root.getByRole('menu')).toBeVisible();
        await shoot(page, 'settings');
        await page.keyboard.press('Escape');

        await server.hold({ afterPieces: 20 });
        await view.send(words.slow);
        await expect(view.answers).toHaveCount(6);
        await view.send(words.table);
        await context.setOffline(true);
        await view.send(words.draft);
        await expect(view.connectionBar).toBeVisible();
        await shootBoth(page, 'offline');
        await context.setOffline(false);
        await expect(view.connectionBar).toBeHidden();
        await view.composer.fill(words.draft);
        await context.clearCookies({ name: 'user' });
        await server.revoke(userId);
        await expect(view.sessionBar).toBeVisible();
        await shootBoth(page, 'signing-in-again');
      });

      test(`gates and placeholders (${locale}, ${colorScheme})`, async ({
        embed,
        page,
        platform,
        server,
        userId,
      }) => {
        await page.clock.install();
        const { view } = await embed({ userId: null });
        await expect(view.gate).toBeVisible();
        await shootBoth(page, 'waiting');
        await page.clock.fastForward(10_500);
        await expect(view.gate.getByRole('button')).toBeVisible();
        await shootBoth(page, 'waiting-too-long');
        const token = await server.login(userId);
        await server.revoke(userId);
        platform.answerWith(userId, { token, user_id: userId });
        await embed();
        await expect(view.gate).toHaveAttribute('data-state', 'refused');
        await shootBoth(page, 'token-refused');
        platform.answerAgain(userId);
        await embed({ query: { task_id: userId } });
        await expect(view.byTestId('load-failed')).toBeVisible();
        await shootBoth(page, 'load-failed');
        if (locale === 'en') return;
        for (const [state, claim] of [
          ['placeholder-missing', ''],
          ['placeholder-malformed', 'http://portal.example.com/'],
          ['placeholder-unregistered', 'https://portal.example.com'],
        ] as const) {
          const src = embedAddress(server, claim === '' ? {} : { parent_origin: claim });
          await page.goto(platform.origin() + platform.publish(hostPage({ src })));
          await expect(view.root.locator('main[data-code]')).toBeVisible();
          await shootBoth(page, state);
        }
      });

      test(`login page (${locale}, ${colorScheme})`, async ({ page, server }) => {
        await page.goto(server.origin);
        const view = new ConsoleView(page);
        await view.root.locator('[name=email]').fill('nobody@example.com');
        await view.root.locator('[name=password]').fill('wrong');
        await page.keyboard.press('Enter');
        await expect(view.byTestId('sign-in-error')).not.toBeEmpty();
        await shootBoth(page, 'login');
      });

      test(`a frame 320 px high: the modal scrolls, everything can be reached (${locale}, ${colorScheme})`, async ({
        embed,
        page,
      }) => {
        const { view } = await embed({ host: { height: '320px' } });
        await expect(view.root.locator('.examples button').first()).toBeVisible();
        await shoot(page, 'frame-320-high');
        await view.byTestId('new-task').click();
        const dialog = view.byTestId('new-task-dialog');
        await expect(dialog.getByRole('textbox')).toBeVisible();
        await shoot(page, 'frame-320-high-modal');
        await expect(dialog).toBeInViewport({ ratio: 1 });
        const create = view.byTestId('create-task');
        await create.scrollIntoViewIfNeeded();
        await expect(create).toBeInViewport({ ratio: 1 });
        await dialog.getByRole('textbox').fill(words.task);
        await create.click();
        await expect(view.byTestId('chat-title')).toHaveText(words.task);
        await expect(view.composer).toBeInViewport({ ratio: 1 });
        await view.byTestId('settings').click();
        for (const item of await view.root.getByRole('menu').getByRole('button').all()) {
          await item.scrollIntoViewIfNeeded();
          await expect(item).toBeInViewport({ ratio: 1 });
        }
      });
    });
  }
}

test('at 360 px nothing scrolls sideways, fields are 16 px and targets 24 px at least', async ({
  embed,
  page,
}) => {
  await page.setViewportSize(NARROW);
  const { view } = await embed();
  await view.send(`code, and a_very_long_word_${'x'.repeat(120)}`);
  await view.answered();
  await view.send('table');
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  await expectNoSidewaysScrolling(page);
  await view.byTestId('open-panel').click();
  await expectNoSidewaysScrolling(page);
  const small = await view.main.evaluate((main) => {
    const found: string[] = [];
    for (const field of main.querySelectorAll<HTMLElement>(
      'input:not([type=checkbox]), textarea',
    )) {
      if (Number.parseFloat(getComputedStyle(field).fontSize) < 16) found.push(field.outerHTML);
    }
    for (const target of main.querySelectorAll<HTMLElement>('button, a[href]')) {
      const { width, height } = target.getBoundingClientRect();
      const shown = target.checkVisibility() && width > 1;
      if (shown && (width < 24 || height < 24)) found.push(target.outerHTML.slice(0, 120));
    }
    return found;
  });
  expect(small).toEqual([]);
});

test.describe('a phone', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: NARROW });

  test('whose keyboard takes half of the screen still shows the field and the last words', async ({
    embed,
    page,
  }) => {
    const { view } = await embed();
    await view.send('help');
    await view.answered();
    await view.composer.tap();
    await page.setViewportSize({ width: 360, height: 330 });
    await expect(view.composer).toBeInViewport({ ratio: 1 });
    await expect(view.byTestId('send')).toBeInViewport({ ratio: 1 });
    await expect(view.answers.last().locator('blockquote')).toBeInViewport();
  });
});

async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    await expect
      .poll(() =>
        frame.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        }),
      )
      .toBe(0);
  }
}
