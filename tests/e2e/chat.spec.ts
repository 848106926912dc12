/** Writing and reading: what a user does all day. */
import { en } from '../../apps/server/src/engines/demo/texts.en.ts';
import { expect, test } from './fixtures.ts';
import { beginSlowAnswer, HALF, SLOW } from './slow-answer.ts';

test('Stop keeps the answer so far', async ({ embed, page, server }) => {
  const { view } = await embed();
  await beginSlowAnswer(view, server);
  await view.byTestId('stop').click();
  await view.answered('stopped');
  await expect(view.byTestId('ending')).toHaveText('Stopped. The answer so far is kept.');
  await expect(view.answerText).toHaveText(HALF);
  await page.reload();
  await view.taskItems.click();
  await expect(view.answerText).toHaveText(HALF);
  await expect(view.byTestId('stop')).toBeHidden();
});

test('a failed answer says why, and Retry puts another in its place', async ({
  embed,
  page,
  server,
}) => {
  const { view } = await embed();
  await view.send('please fail');
  await view.answered('failed');
  await expect(view.byTestId('ending')).toContainText(`The answer failed. ${en.failure}`);
  await server.hold({ afterPieces: 3 });
  await view.button('Retry').click();
  await expect(view.answerText).toHaveText('This answer begins');
  await expect(view.answers).toHaveCount(1);
  await server.release();
  await view.answered('failed');
  await expect(view.questions).toHaveCount(1);

  await view.send('a table, please');
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  await page.reload();
  await view.taskItems.click();
  await expect(view.answers).toHaveCount(2);
  await expect(view.answers.first()).toHaveAttribute('data-status', 'failed');
});

test('what is sent while an answer is written waits for its turn, and can be withdrawn', async ({
  embed,
  server,
}) => {
  const { view } = await embed();
  await beginSlowAnswer(view, server);
  await view.send('a table, please');
  await view.send('never mind');
  await expect(view.byTestId('queued')).toHaveCount(2);
  await view.questions.last().getByRole('button', { name: 'Withdraw' }).click();
  await expect(view.questions.last()).toContainText('Withdrawn before it was answered.');
  await expect(view.answerText).toHaveText(HALF);
  await server.release();
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  await expect(view.answers.first().locator('.md')).toHaveText(SLOW);
  await expect(view.answers.last().getByRole('table')).toBeVisible();
});

test('Markdown of every kind is laid out: headings, list, quote, table, code in two languages', async ({
  embed,
}) => {
  const { view } = await embed();
  await view.send('help');
  await view.answered();
  const overview = view.answers.last();
  await expect(overview.getByRole('heading', { name: 'This is the demo engine' })).toBeVisible();
  await expect(overview.getByRole('listitem')).toHaveCount(8);
  await expect(overview.locator('blockquote')).toBeVisible();
  await view.send('table');
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  await expect(view.answers.last().getByRole('columnheader')).toHaveText([
    'Door',
    'Port',
    'What it is for',
  ]);
  await view.send('code');
  await expect(view.answers).toHaveCount(3);
  await view.answered();
  await expect(view.answers.last().locator('figcaption span')).toHaveText(['ts', 'python']);
  // Colours come with their own chunk.
  await expect(view.answers.last().locator('.hljs-keyword').first()).toBeVisible();
});

test('reasoning and tool steps are folded away, and open', async ({ embed }) => {
  const { view } = await embed();
  await view.send('think first');
  await view.answered();
  const reasoning = view.byTestId('reasoning');
  await expect(reasoning).toHaveText(/^Reasoning/);
  await expect(reasoning.getByText('The user wants to see')).toBeHidden();
  await reasoning.locator('summary').click();
  await expect(reasoning.getByText('The user wants to see')).toBeVisible();

  await view.send('use tools');
  await expect(view.answers).toHaveCount(2);
  await view.answered();
  await expect(view.byTestId('tool-step').locator('summary')).toHaveText([
    /search_documents\s*done/,
    /read_calendar\s*failed/,
  ]);
  await view.byTestId('tool-step').last().locator('summary').click();
  await expect(view.byTestId('tool-step').last()).toContainText(en.toolFailure);
});

test('Enter sends, Shift+Enter makes a new line, and Enter of an input method does neither', async ({
  embed,
}) => {
  const { view } = await embed();
  const { composer } = view;
  await composer.fill('first');
  await composer.press('Shift+Enter');
  await composer.pressSequentially('second');
  await expect(composer).toHaveValue('first\nsecond');

  // As Chrome and Firefox have it: the Enter that chooses a candidate comes inside the composition.
  await composer.evaluate((field) => {
    field.dispatchEvent(new CompositionEvent('compositionstart'));
    const key = { key: 'Enter', bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent('keydown', { ...key, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { ...key, keyCode: 229 }));
    field.dispatchEvent(new CompositionEvent('compositionend', { data: '你好' }));
    // As Safari has it: the composition ends just before its Enter.
    field.dispatchEvent(new KeyboardEvent('keydown', key));
  });
  await expect(composer).toHaveValue('first\nsecond');
  await expect(view.questions).toHaveCount(0);
  await expect
    .poll(async () => {
      await composer.press('Enter');
      return composer.inputValue();
    })
    .toBe('');
  await expect(view.questions.locator('.bubble')).toHaveText('first\nsecond', {
    useInnerText: true,
  });
  await expect(view.questions).toHaveCount(1);
});

test('real keys of an input method compose a word before they send it', async ({ embed, page }) => {
  const { view } = await embed();
  await view.composer.click();
  const browser = await page
    .context()
    .newCDPSession(page)
    .catch(() => null);
  test.skip(browser === null, 'needs the DevTools protocol');
  await browser!.send('Input.imeSetComposition', {
    text: 'ni hao',
    selectionStart: 6,
    selectionEnd: 6,
  });
  await expect(view.composer).toHaveValue('ni hao');
  await browser!.send('Input.insertText', { text: '你好' });
  await expect(view.composer).toHaveValue('你好');
  await expect(view.questions).toHaveCount(0);
});

test('the field grows with the text, up to a limit, and shrinks when it is sent', async ({
  embed,
}) => {
  const { view } = await embed();
  const height = async (): Promise<number> => (await view.composer.boundingBox())!.height;
  const one = await height();
  await view.composer.fill('line\n'.repeat(6));
  await expect.poll(height).toBeGreaterThan(one * 3);
  await view.composer.fill('line\n'.repeat(200));
  await expect.poll(height).toBeLessThan(400);
  await view.composer.press('Enter');
  await expect.poll(height).toBe(one);
});

test('a message that is too long stays in the field, and says so', async ({ embed }) => {
  const { view } = await embed();
  await view.composer.fill('x'.repeat(100_001));
  await expect(view.root.getByRole('alert').filter({ hasText: '100,001' })).toBeVisible();
  await view.composer.press('Enter');
  await expect(view.composer).toHaveValue(/^x{100001}$/);
  await expect(view.questions).toHaveCount(0);
});

test('drafts are kept for each task, through switching and a reload', async ({ embed, page }) => {
  const { view } = await embed();
  await view.composer.fill('for a new task');
  await view.createTask('One');
  await view.composer.fill('for one');
  await view.createTask('Two');
  await expect(view.composer).toHaveValue('');
  await view.composer.fill('for two');
  await view.taskItem('One').click();
  await expect(view.composer).toHaveValue('for one');
  await view.composer.pressSequentially(', and more');
  await page.reload();
  await expect(view.composer).toHaveValue('for a new task');
  await view.taskItem('One').click();
  await expect(view.composer).toHaveValue('for one, and more');
  await view.taskItem('Two').click();
  await expect(view.composer).toHaveValue('for two');
});

test('the view follows the answer only while the reader is at the end', async ({
  embed,
  server,
}) => {
  const { view } = await embed();
  const conversation = view.byTestId('conversation');
  const fromEnd = (): Promise<number> =>
    conversation.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  await server.hold({ afterPieces: 600 });
  await view.send('a long answer, please');
  await expect(view.answerText).toContainText('This is part 8 of 60.');
  await expect.poll(fromEnd).toBeLessThan(5);
  await expect(view.byTestId('jump-to-latest')).toBeHidden();

  await conversation.hover();
  await view.answers.last().evaluate(() => {});
  await conversation.evaluate((box) => box.scrollBy(0, -400));
  await expect(view.byTestId('jump-to-latest')).toBeVisible();
  const top = await conversation.evaluate((box) => box.scrollTop);
  await server.hold({ afterPieces: 300 });
  await server.release();
  await server.hold({ afterPieces: 300 });
  await expect(view.answerText).toContainText('This is part 11 of 60.');
  expect(await conversation.evaluate((box) => box.scrollTop)).toBe(top);
  await view.byTestId('jump-to-latest').click();
  await expect.poll(fromEnd).toBeLessThan(5);
});

test.describe('copying', () => {
  for (const [how, allow] of [
    ['where clipboard-write is delegated', 'clipboard-read; clipboard-write'],
    ['where it is not', undefined],
  ] as const) {
    test(`an answer and a block of code reach the clipboard ${how}`, async ({
      context,
      embed,
      page,
      platform,
    }) => {
      const { view } = await embed({ host: allow ? { allow } : {} });
      await view.send('code');
      await view.answered();
      await view.byTestId('copy-answer').click();
      await expect(view.byTestId('copy-answer')).toHaveAccessibleName('Copied');
      await context.grantPermissions(['clipboard-read'], { origin: platform.origin() });
      const clipboard = async (): Promise<string> => {
        await page.evaluate(() => window.focus());
        return page.evaluate(() => navigator.clipboard.readText());
      };
      expect((await clipboard()).trim()).toBe(en.code.trim());
      await view.answers.last().locator('.code-copy').last().click();
      await expect(view.answers.last().locator('.code-copy').last()).toHaveText('Copied');
      expect(await clipboard()).toMatch(
        /^async with httpx\.AsyncClient[\s\S]*raise_for_status\(\)\s*$/,
      );
    });
  }

  test('where nothing allows it, it says what to do instead', async ({ embed, page }) => {
    await page.addInitScript(() => {
      document.execCommand = () => false;
    });
    const { view } = await embed();
    await view.send('table');
    await view.answered();
    await view.byTestId('copy-answer').click();
    await expect(view.byTestId('toasts')).toContainText('Select the text and copy it yourself.');
  });
});
