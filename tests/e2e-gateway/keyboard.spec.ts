/** The whole widget with the keyboard alone, on somebody else's page. */
import { expect, test } from './fixtures.ts';
import { WidgetView } from './widget-view.ts';

/** Accessible name of what has the focus, in the widget or in the page. */
function focused(view: WidgetView): Promise<string> {
  return view.page.evaluate(() => {
    const outer = document.activeElement;
    const inner = outer?.shadowRoot?.activeElement ?? outer;
    if (!inner || inner === document.body) return 'nothing';
    return (
      inner.getAttribute('aria-label') ??
      (inner as HTMLInputElement).labels?.[0]?.textContent ??
      inner.textContent
    );
  });
}

for (const [locale, words] of [
  [
    'en-US',
    {
      open: 'Open the chat',
      field: 'Ask something',
      send: 'Send',
      stop: 'Stop',
      stopped: 'Stopped.',
      fresh: 'New conversation',
      history: 'Conversations',
      settings: 'Settings',
      back: 'Back',
      bot: 'Bot id',
    },
  ],
  [
    'zh-CN',
    {
      open: '打开聊天',
      field: '输入问题',
      send: '发送',
      stop: '停止',
      stopped: '已停止。',
      fresh: '新对话',
      history: '历史对话',
      settings: '设置',
      back: '返回',
      bot: '智能体 ID',
    },
  ],
] as const) {
  test(`everything works by keyboard alone (${locale})`, async ({ install, site, ownLine }) => {
    const line = await ownLine({ charactersPerSecond: 30 });
    const profile = await install({ line, locale });
    const page = await profile.newPage();
    await page.goto(site.url('/plain'));
    const view = new WidgetView(page);
    const { keyboard } = page;
    const until = async (name: string, key = 'Tab', most = 30): Promise<void> => {
      for (let count = 0; count < most; count += 1) {
        if ((await focused(view)) === name) return;
        await keyboard.press(key);
      }
      expect(await focused(view)).toBe(name);
    };
    await expect(page.locator('.bubble-button')).toBeVisible();

    await test.step('open: the field has the focus', async () => {
      await until(words.open);
      await keyboard.press('Enter');
      await expect.poll(() => focused(view)).toBe(words.field);
    });

    await test.step('ask and stop', async () => {
      await keyboard.type('tell me something long');
      await keyboard.press('Enter');
      await expect(view.answers.last().locator('.markdown')).not.toBeEmpty();
      await until(words.stop);
      await keyboard.press('Enter');
      await expect(view.answers.last()).toContainText(words.stopped);
      line.simulator.control.setCharactersPerSecond(2000);
    });

    await test.step('ask again from the answer', async () => {
      await page.locator('.ending button').focus();
      await keyboard.press('Enter');
      await expect(view.answers.last().locator('.foot')).toBeVisible();
      await expect.poll(() => focused(view)).toBe(words.field);
    });

    await test.step('new conversation', async () => {
      await until(words.fresh, 'Shift+Tab');
      await keyboard.press('Space');
      await expect(view.questions).toHaveCount(0);
      await expect.poll(() => focused(view)).toBe(words.field);
    });

    await test.step('history: pick a conversation', async () => {
      await until(words.history, 'Shift+Tab');
      await keyboard.press('Enter');
      await expect(page.locator('.list li')).toHaveCount(1);
      await expect.poll(() => focused(view)).toBe(words.back);
      await keyboard.press('Tab');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      await expect(view.questions.first()).toHaveText(/tell me something long/);
      await expect.poll(() => focused(view)).toBe(words.field);
    });

    await test.step('settings: Escape goes back, then closes; the button has the focus', async () => {
      await until(words.settings, 'Shift+Tab');
      await keyboard.press('Enter');
      await expect.poll(() => focused(view)).toBe(words.bot);
      await keyboard.press('Escape');
      await expect.poll(() => focused(view)).toBe(words.field);
      await keyboard.press('Escape');
      await expect(view.window).toBeHidden();
      await expect.poll(() => focused(view)).toBe(words.open);
    });

    await test.step('Tab leaves the window for the page: it is no trap', async () => {
      await keyboard.press('Enter');
      await expect.poll(() => focused(view)).toBe(words.field);
      const seen: string[] = [];
      for (let count = 0; count < 15; count += 1) {
        await keyboard.press('Tab');
        seen.push(await focused(view));
        if (seen.at(-1) === 'nothing') break;
      }
      expect(seen).toContain('nothing');
    });
  });
}

test('keys for the chat are none of the page’s, and the other way round', async ({
  install,
  site,
}) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  await page.evaluate(() => {
    const heard: string[] = ((window as unknown as { heard: string[] }).heard = []);
    for (const type of ['keydown', 'keyup', 'keypress'] as const) {
      document.addEventListener(type, (event) => void heard.push(`${type} ${event.key}`));
    }
  });
  const view = new WidgetView(page);
  await view.open();
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(view.window).toBeHidden();
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  // Closing gives the focus back to the button before the key is up.
  expect((await heard()).filter((word) => word !== 'keyup Escape')).toEqual([]);
  await page.keyboard.press('k');
  expect(await heard()).toContain('keydown k');
});

test('Enter that ends a composition sends nothing; Shift+Enter makes a line', async ({
  install,
  site,
}) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const view = new WidgetView(page);
  await view.open();
  await page.keyboard.type('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await expect(view.field).toHaveValue('one\ntwo');
  await view.field.evaluate((field) => {
    const key = { key: 'Enter', bubbles: true, cancelable: true, composed: true };
    field.dispatchEvent(new KeyboardEvent('keydown', { ...key, isComposing: true }));
    field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', key));
  });
  await expect(view.questions).toHaveCount(0);
  await page.waitForTimeout(150);
  await page.keyboard.press('Enter');
  await expect(view.questions).toHaveCount(1);
});

test('a screen reader hears each finished answer once, the first one too, and no history', async ({
  install,
  site,
}) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const view = new WidgetView(page);
  await view.open();
  const said = page.locator('[aria-live="polite"].visually-hidden');
  await view.ask('first');
  await view.answered('first');
  await expect(said).toContainText('first');
  await page.getByRole('button', { name: '新对话' }).click();
  await view.ask('second');
  await view.answered('second');
  await expect(said).toContainText('second');
  await page.getByRole('button', { name: '历史对话' }).click();
  await page.locator('.list li').last().locator('button').click();
  await expect(view.questions).toHaveText(/first/);
  await expect(said).not.toContainText('first');
});

test('the focus stays on “Try now” while the gateway stays away', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine();
  const profile = await install({ line });
  await line.stopGateway();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const view = new WidgetView(page);
  await view.open();
  await expect(view.trouble).toHaveAttribute('data-cause', 'proxy_down');
  const again = page.getByRole('button', { name: '立即重试' });
  await again.focus();
  const before = (await profile.sent()).length;
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await profile.sent()).length).toBeGreaterThan(before + 1);
  await expect(again).toBeFocused();
});
