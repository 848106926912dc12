/** A streamed answer that nothing can lose. */
import { expect, test } from './fixtures.ts';
import { beginSlowAnswer, HALF, SLOW } from './slow-answer.ts';

test('a reload in the middle of an answer loses none of it and repeats none of it', async ({
  embed,
  page,
  server,
}) => {
  const { view } = await embed();
  await beginSlowAnswer(view, server);
  await page.reload();
  await view.taskItems.click();
  await expect(view.answerText).toHaveText(HALF);
  await expect(view.byTestId('working')).toBeVisible();
  await server.release();
  await view.answered();
  await expect(view.answerText).toHaveText(SLOW);
  await expect(view.questions).toHaveText(/^a slow answer, please/);
});
