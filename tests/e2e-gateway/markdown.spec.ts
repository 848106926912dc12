/** The widget's Markdown in the DOM it is made for: what is inert, what works, and every half of it. */
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { build } from 'vite';
import { ATTACKS } from '../e2e/attack-strings.ts';
import { chromiumLaunch } from '../setup/chromium.ts';

test.use({ launchOptions: chromiumLaunch() });

const ENTRY = fileURLToPath(
  new URL('../../apps/userscript/src/widget/markdown.ts', import.meta.url),
);

/** What the reading of a text came to. */
interface Drawn {
  html: string;
  text: string;
}

declare const widgetMarkdown: { markdown(text: string): DocumentFragment };

let code = '';
test.beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: ENTRY, formats: ['iife'], name: 'widgetMarkdown' } },
  });
  const output = [built].flat()[0]!;
  if (!('output' in output)) throw new Error('nothing was built');
  code = output.output[0].code;
});

test.beforeEach(async ({ page }) => {
  await page.setContent('<!doctype html><main></main>');
  await page.addScriptTag({ content: `${code};window.widgetMarkdown = widgetMarkdown` });
});

function draw(page: Page, text: string): Promise<Drawn> {
  return page.evaluate((given) => {
    const main = document.querySelector('main')!;
    main.replaceChildren(widgetMarkdown.markdown(given));
    return { html: main.innerHTML, text: main.textContent };
  }, text);
}

test('attack strings come out inert', async ({ page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => void foreign.push(request.url()));
  for (const attack of ATTACKS) {
    await draw(page, attack);
    const found = await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>('main :not(a)')) element.click();
      return Array.from(document.querySelectorAll('main *'), (element) => ({
        tag: element.localName,
        names: element.getAttributeNames(),
        href: element.getAttribute('href'),
      }));
    });
    for (const { tag, names, href } of found) {
      expect(tag, attack).not.toMatch(/script|img|svg|iframe|style|form|^b$/);
      for (const name of names) expect(name, attack).not.toMatch(/^on|style|src/);
      if (href !== null) expect(href, attack).toMatch(/^(https?|mailto):/);
    }
  }
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  // Not even an image is loaded: its server would learn who reads this.
  expect(foreign).toEqual([]);
});

test('HTML in a message is the text that it is', async ({ page }) => {
  const { text } = await draw(page, 'use <b>bold</b> and\n\n<div>a box</div>');
  expect(text).toContain('<b>bold</b>');
  expect(text).toContain('<div>a box</div>');
});

test('links open elsewhere and tell nothing; others stay words', async ({ page }) => {
  await draw(
    page,
    '[named](https://a.example/?q=1&r=2) https://b.example/x <mailto:c@d.example> [no](/here)',
  );
  const links = page.locator('main a');
  await expect(links).toHaveCount(3);
  await expect(links.first()).toHaveAttribute('href', 'https://a.example/?q=1&r=2');
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('target', '_blank');
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  }
  await expect(page.locator('main')).toContainText('no');
  await draw(page, '![a chart](https://a.example/chart.png)');
  await expect(page.getByRole('link', { name: 'a chart' })).toHaveAttribute(
    'href',
    'https://a.example/chart.png',
  );
});

test('code keeps its characters and says its language', async ({ page }) => {
  const source = 'if (a < b && c > "d") {\n\treturn `<b>&amp;</b>`;\n}';
  await draw(page, `\`\`\`ts title="x"\n${source}\n\`\`\`\n\nand \`a &amp; <b>\``);
  expect(await page.locator('main pre').textContent()).toBe(source);
  await expect(page.locator('.code-language')).toHaveText('ts');
  await expect(page.locator('main p code')).toHaveText('a &amp; <b>');
});

test('lists nest, count on and have boxes; tables have heads', async ({ page }) => {
  await draw(page, '3. three\n4. four\n   - inner **bold**\n\n- [x] done\n- [ ] open');
  await expect(page.locator('main ol')).toHaveAttribute('start', '3');
  await expect(page.locator('main ol > li')).toHaveCount(2);
  await expect(page.locator('main ol ul li strong')).toHaveText('bold');
  const boxes = page.locator('main input[type=checkbox]');
  await expect(boxes).toHaveCount(2);
  await expect(boxes.first()).toBeChecked();
  await expect(boxes.first()).toBeDisabled();
  await draw(page, '| 名称 | 数 |\n|:--|--:|\n| a&b | **1** |\n| c \\| d | 2 |');
  await expect(page.locator('main th')).toHaveText(['名称', '数']);
  await expect(page.locator('main td')).toHaveText(['a&b', '1', 'c | d', '2']);
});

test('headings stay below those of the page; quotes, rules and breaks are there', async ({
  page,
}) => {
  await draw(page, '# One\n\n###### Six\n\n> said\n> twice\n\n---\n\nfirst\nsecond');
  await expect(page.locator('main :is(h1, h2, h5, h6)')).toHaveCount(0);
  await expect(page.locator('main h3')).toHaveText('One');
  await expect(page.locator('main h4')).toHaveText('Six');
  await expect(page.locator('main blockquote br')).toHaveCount(1);
  await expect(page.locator('main hr')).toHaveCount(1);
  await expect(page.locator('main > p br')).toHaveCount(1);
});

test('characters written as entities are read', async ({ page }) => {
  const { text } = await draw(page, 'a &amp; b &lt;c&gt; &#39;d&#39; &#x4F60; &hearts;');
  expect(text).toContain("a & b <c> 'd' 你 ");
});

test('every half of a message can be drawn, and none of it is dangerous', async ({ page }) => {
  const whole = [
    '# 标题 **粗',
    '体**',
    '',
    '- one [link](https://a.example/path) 🌍',
    '  1. two `code`',
    '',
    '| a | b |',
    '|---|---|',
    '| ![x](https://a.example/i.png) | <img src=x onerror=window.hurt=1> |',
    '',
    '```js',
    'const a = `<script>window.hurt = 1</script>`;',
    '```',
    '> quote ~~gone~~ *it*',
    '[end](javascript:window.hurt=1)',
  ].join('\n');
  const faults = await page.evaluate((text) => {
    const main = document.querySelector('main')!;
    const found: string[] = [];
    for (let end = 0; end <= text.length; end += 1) {
      const half = text.slice(0, end);
      try {
        main.replaceChildren(widgetMarkdown.markdown(half));
      } catch (error) {
        found.push(`${end}: ${String(error)}`);
      }
      if (main.querySelector('img, script, [onerror], a:not([href^="https:"])')) {
        found.push(`${end}: ${main.innerHTML}`);
      }
      // What a person can read is never lost half-way.
      if (end > 7 && !main.textContent.includes('标题')) found.push(`${end}: lost`);
    }
    return found;
  }, whole);
  expect(faults).toEqual([]);
  expect(await page.evaluate(() => (window as { hurt?: number }).hurt)).toBeUndefined();
});

test('an open fence is code already, before it is closed', async ({ page }) => {
  await draw(page, 'see\n\n```py\nprint("<b>")\n');
  await expect(page.locator('main pre')).toHaveText('print("<b>")');
});

test('a very long and a deeply nested message are drawn', async ({ page }) => {
  const { text } = await draw(page, 'word '.repeat(40_000));
  expect(text.length).toBeGreaterThan(190_000);
  const deep = await draw(page, `${'> '.repeat(300)}deep\n\n${'*a **b '.repeat(200)}`);
  expect(deep.text).toContain('deep');
});
