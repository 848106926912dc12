/** What a page on which the widget is switched on can get out of it, and what it cannot. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { WidgetView } from './widget-view.ts';

interface Spy {
  heard: string[];
  paths: string[];
}

/** Listens wherever a page can, before the script comes. */
async function spyOn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const spy: Spy = { heard: [], paths: [] };
    Object.assign(window, { spy });
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      spy.heard.push('attachShadow');
      return attach.call(this, { ...init, mode: 'open' });
    };
    for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'click', 'copy']) {
      const note = (event: Event): void => {
        const { data, key } = event as unknown as { data?: string | null; key?: string };
        spy.heard.push(`${type}:${data ?? key ?? ''}`);
        spy.paths.push(
          ...event.composedPath().map((target) => (target as Element).localName ?? ''),
        );
      };
      window.addEventListener(type, note, { capture: true });
    }
    const { fetch: own } = window;
    window.fetch = (...parameters) => {
      spy.heard.push(`fetch:${String(parameters[0])}`);
      return own(...parameters);
    };
  });
}

const spied = (page: Page): Promise<Spy> =>
  page.evaluate(() => (window as unknown as { spy: Spy }).spy);

/** Everything a page gets by searching for a word and stretching the selection from there. */
function readBySearching(page: Page, word: string): Promise<string> {
  return page.evaluate((wanted) => {
    const { find } = window as unknown as { find(text: string): boolean };
    const selection = getSelection()!;
    selection.removeAllRanges();
    find.call(window, wanted);
    let read = String(selection);
    for (const direction of ['forward', 'backward']) {
      selection.modify('extend', direction, 'documentboundary');
      read += String(selection);
    }
    selection.selectAllChildren(document.documentElement);
    read += String(selection);
    document.execCommand('selectAll');
    return read + String(selection);
  }, word);
}

test('a page sees that there is a chat and hears keys, but reads nothing in the window', async ({
  install,
  site,
}) => {
  const profile = await install({
    openShadow: false,
    viewport: { width: 1280, height: 720 },
  });
  const page = await profile.newPage();
  await spyOn(page);
  await page.goto(site.url('/plain'));
  await expect(page.locator('zcbot-coze-chat')).toBeAttached();
  const chats = async (): Promise<number> =>
    (await profile.sent()).filter(({ url }) => url.includes('/v3/chat')).length;
  await expect
    .poll(async () => (await profile.sent()).some(({ url }) => url.includes('/v1/conversations')))
    .toBe(true);
  await page.mouse.click(1280 - 42, 720 - 42);
  await page.waitForTimeout(300);
  await page.keyboard.type('hush');
  await page.keyboard.press('Enter');
  await expect.poll(chats).toBeGreaterThan(0);
  await page.waitForTimeout(1_500);

  const said = 'not a real Coze bot';
  expect(await readBySearching(page, said)).not.toContain('Coze');
  expect(await readBySearching(page, 'hush')).not.toContain('hush');
  const seen = await page.evaluate(() => ({
    root: document.querySelector('zcbot-coze-chat')!.shadowRoot,
    text: document.documentElement.innerText + document.documentElement.outerHTML,
    active: document.activeElement?.localName,
    at: document.elementFromPoint(innerWidth - 250, 300)?.localName,
    frames: window.length,
  }));
  expect(seen).toMatchObject({
    root: null,
    active: 'zcbot-coze-chat',
    at: 'zcbot-coze-chat',
    frames: 0,
  });
  expect(seen.text).not.toContain('Coze');
  const { heard, paths } = await spied(page);
  expect(heard.filter((word) => /attachShadow|fetch/.test(word))).toEqual([]);
  expect(new Set(paths)).toEqual(new Set(['zcbot-coze-chat', 'html', '']));
  // Written down in docs/coze/security.md: keys pass through the page's document.
  expect(heard).toContain('keydown:h');
});

test('an answer can be selected and copied by the person', async ({ install, site }) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const view = new WidgetView(page);
  await view.open();
  await view.ask('hush');
  await view.answered('hush');
  await view.answers.last().locator('strong').click({ clickCount: 3 });
  expect(await page.evaluate(() => String(getSelection()))).toContain('not a real Coze bot');
  await view.field.click();
  expect(await page.evaluate(() => String(getSelection()))).not.toContain('Coze');
});
