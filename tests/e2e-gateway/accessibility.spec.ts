/** axe-core over every state of the widget: nothing serious, nothing critical. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { settled } from '../e2e/settled.ts';
import { expect, test } from './fixtures.ts';
import { eachState, SIZES } from './states.ts';

/** Of the widget alone: the pages around it are other people's. */
async function violations(page: Page): Promise<string[]> {
  await settled(page);
  const widget = (await page.locator('zcbot-coze-chat').count()) > 0 ? 'zcbot-coze-chat' : '#chat';
  const { violations: found } = await new AxeBuilder({ page }).include(widget).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary}`),
    );
}

/** Nothing is cut off at the side, and what is pressed by finger is large enough (WCAG 2.5.8). */
function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const host = document.querySelector('zcbot-coze-chat') ?? document.querySelector('#chat');
    const shadow = host?.shadowRoot;
    if (!shadow) return ['no shadow root to look into'];
    const found: string[] = [];
    for (const element of shadow.querySelectorAll<HTMLElement>('*')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest('.visually-hidden, svg, pre, .table')) continue;
      const name = `${element.localName}.${element.className}`;
      if (box.left < -1 || box.right > innerWidth + 1) found.push(`${name} is off the screen`);
      const pressed = element.matches('button, summary, select, input:not([type=checkbox])');
      if (pressed && Math.min(box.width, box.height) < 24) found.push(`${name} is too small`);
    }
    if (document.documentElement.scrollWidth > innerWidth + 1) found.push('the page scrolls aside');
    return found;
  });
}

test.describe.configure({ mode: 'parallel' });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { width, looks } of SIZES) {
    const locale = colorScheme === 'light' ? 'zh-CN' : 'en-US';
    test(`every state, ${colorScheme}, ${width} px, ${locale}`, async ({
      install,
      ownLine,
      site,
    }) => {
      test.setTimeout(180_000);
      const faults: string[] = [];
      const parts = { install, ownLine, site, looks: { colorScheme, locale, ...looks } };
      await eachState(parts, async (name, page) => {
        const found = [...(await violations(page)), ...(await layoutFaults(page))];
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      });
      expect(faults).toEqual([]);
    });
  }
}

test('axe does look into the widget', async ({ install, site }) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const bubble = page.locator('.bubble-button');
  await expect(bubble).toBeVisible();
  await bubble.evaluate((button) => button.after(document.createElement('button')));
  expect(await violations(page)).toEqual([expect.stringContaining('button-name')]);
});
