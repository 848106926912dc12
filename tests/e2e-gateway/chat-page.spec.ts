import { chromiumLaunch } from '../setup/chromium.ts';
import { expect, test } from './fixtures.ts';
import { WidgetView } from './widget-view.ts';

test.use({ launchOptions: chromiumLaunch(), locale: 'zh-CN' });

test('/chat answers with no userscript at all, under its own policy', async ({ page, line }) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => void problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
  });
  // Playwright sees into open shadow roots only.
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: 'open' });
    };
  });
  await page.goto(`${line.brokerUrl}/chat`);
  const view = new WidgetView(page);
  await expect(view.answers).toHaveCount(0);
  await view.ask(
    '<img src=x onerror=alert(1)> [bad](javascript:alert(1)) [good](https://example.com/)',
  );
  await view.answered('<img src=x onerror=alert(1)>');
  const answer = view.answers.last();
  await expect(answer.locator('img')).toHaveCount(0);
  await expect(answer.locator('a')).toHaveCount(1);
  await expect(answer.locator('a')).toHaveAttribute('href', 'https://example.com/');
  await expect(view.page.locator('.who')).toContainText('模拟器');
  await view.page.reload();
  await expect(view.questions).toHaveCount(1);
  expect(problems).toEqual([]);
});
