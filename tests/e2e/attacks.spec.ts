/** What a model or a user writes is shown, and does nothing (design §3, CSP and Trusted Types). */
import type { Page } from '@playwright/test';
import { ATTACKS } from './attack-strings.ts';
import type { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';

test.use({ ownServerOptions: { engine: 'verbatim' } });

/** Questions per task: with their answers no more than the newest page of messages holds. */
const PER_TASK = 14;
const BATCHES = Array.from({ length: Math.ceil(ATTACKS.length / PER_TASK) }, (_, index) => ({
  title: `Batch ${index}.`,
  texts: ATTACKS.slice(index * PER_TASK, (index + 1) * PER_TASK),
}));

/** What must not be in rendered Markdown, by name. */
function forbiddenIn(root: Element): string[] {
  const tags =
    'script,style,link,meta,base,iframe,frame,object,embed,applet,form,button,textarea,select,' +
    'option,template,noscript,svg,math,img,picture,source,video,audio,track,dialog,marquee,title,slot';
  const found: string[] = [];
  for (const element of root.querySelectorAll('.md *')) {
    const own = element.closest('figcaption') !== null;
    if (element.matches(tags) && !(own && element.matches('button.code-copy'))) {
      found.push(`<${element.localName}>`);
    }
    if (element.matches('input:not([type=checkbox][disabled])')) found.push('<input>');
    for (const { name, value } of element.attributes) {
      if (
        /^(on.*|style|id|name|srcdoc|src|srcset|action|formaction|ping|background|popover.*|is)$/.test(
          name,
        )
      ) {
        found.push(`${element.localName}[${name}]`);
      }
      if (name === 'class' && !own && /\b(dialog|gate|overlay|skeleton)\b/.test(value)) {
        found.push(`${element.localName}.${value}`);
      }
    }
    if (element instanceof HTMLAnchorElement && element.hasAttribute('href')) {
      const safe =
        ['http:', 'https:', 'mailto:'].includes(element.protocol) &&
        element.target === '_blank' &&
        element.rel.includes('noopener');
      if (!safe) found.push(`a[href=${element.href}]`);
    }
  }
  return found;
}

async function expectInert(view: ConsoleView, page: Page): Promise<void> {
  expect(await view.main.evaluate(forbiddenIn)).toEqual([]);
  const hacked = await Promise.all(
    page.frames().map((frame) => frame.evaluate(() => 'hacked' in window)),
  );
  expect(hacked).not.toContain(true);
}

test('hostile Markdown is inert while it streams in and when it is read again, and questions stand word for word', async ({
  embed,
  ownServer,
  page,
  userId,
}) => {
  test.setTimeout(150_000);
  const token = await ownServer.login(userId);
  const { view } = await embed({ server: ownServer });
  await expect(view.byTestId('empty-state')).toBeVisible();
  // Whatever the page fetches from now on has to be the API or a part of the console itself.
  const strange: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const api = request.resourceType() === 'fetch' && pathname.startsWith('/v1/');
    if (!api && !pathname.startsWith('/assets/')) {
      strange.push(`${request.resourceType()} ${request.url()}`);
    }
  });
  const expectBatch = async (texts: readonly string[]): Promise<void> => {
    await expect(
      view.root.locator('[data-testid=assistant-message][data-status=complete]'),
    ).toHaveCount(texts.length);
    expect(await view.questions.locator('.bubble').allTextContents()).toEqual(texts);
    await expectInert(view, page);
  };
  for (const { title, texts } of BATCHES) {
    const { id } = await ownServer.createTask(token, title);
    await view.taskItem(title).click();
    await expect(view.byTestId('chat-title')).toHaveText(title);
    for (const text of texts) await ownServer.sendMessage(token, id, text);
    await expectBatch(texts);
  }
  // The page still works, and nothing lies over it.
  await view.composer.click();
  await view.send('**bold**');
  await expect(view.answerText.locator('strong')).toHaveText('bold');
  expect(strange).toEqual([]);

  await page.reload();
  for (const { title, texts } of BATCHES.slice(0, -1)) {
    await view.taskItem(title).click();
    await expectBatch(texts);
  }
});

test('hostile titles, names and searches are text', async ({
  embed,
  ownServer,
  page,
  userId,
  platform,
}) => {
  const token = await ownServer.login(userId);
  const titles = ATTACKS.filter((text) => !text.includes('\n') && text.length <= 200).slice(0, 40);
  for (const title of titles) await ownServer.createTask(token, title);
  const name = '<img src=x onerror=alert(1)>';
  platform.answerWith(userId, { token, user_id: userId, user_name: name });
  const { view } = await embed({ server: ownServer });
  await expect(view.byTestId('user-name')).toHaveText(name);
  await expect
    .poll(async () => {
      await view.taskItems.last().scrollIntoViewIfNeeded();
      return view.taskItems.count();
    })
    .toBe(titles.length);
  expect(await view.taskTitles.allTextContents()).toEqual(
    titles.map((title) => title.trim()).reverse(),
  );
  await view.taskItems.first().click();
  await expect(view.byTestId('chat-title')).toHaveText(titles.at(-1)!);
  await view.root.getByRole('searchbox').fill('<script>alert(1)</script>');
  await expect(view.byTestId('task-panel')).toContainText(
    'No task matches “<script>alert(1)</script>”.',
  );
  await expectInert(view, page);
});

test('the page’s own policy stops what the sanitiser would let through', async ({
  embed,
  page,
  server,
  watch,
}) => {
  watch.expectComplaint(/Content Security Policy|Trusted|evil\.example/i);
  const { view } = await embed();
  await view.entered();
  const frame = page.frames().find((candidate) => candidate.url().startsWith(server.origin))!;
  const blocked = page.waitForEvent('requestfailed', (request) =>
    request.url().startsWith('https://evil.example/'),
  );
  const outcome = await frame.evaluate(async () => {
    const attempt = (action: () => unknown): string => {
      try {
        action();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    // A task of the page itself: what is evaluated for a debugger is not held by the policy.
    await new Promise((resolve) => setTimeout(resolve));
    const script = document.createElement('script');
    const picture = document.createElement('img');
    picture.src = 'https://evil.example/pixel.png';
    document.body.append(picture);
    return {
      markup: attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      source: attempt(() => (script.src = 'https://evil.example/x.js')),
      text: attempt(() => (script.textContent = 'window.hacked = 1')),
      evaluated: attempt(() => (0, eval)('window.hacked = 1')),
      hacked: 'hacked' in window,
    };
  });
  expect(outcome).toEqual({
    markup: 'TypeError',
    source: 'TypeError',
    text: 'TypeError',
    evaluated: 'EvalError',
    hacked: false,
  });
  expect((await blocked).failure()?.errorText).toContain('csp');
});
