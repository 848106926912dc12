/** A streamed answer that nothing can lose. */
import { en } from '../../apps/server/src/engines/demo/texts.en.ts';
import { expect, test } from './fixtures.ts';

const SLOW = en.slow.trim();
/** Some way into the answer, and far from its end. */
const PART = SLOW.slice(0, 60);

test('a reload in the middle of an answer loses none of it and repeats none of it', async ({
  embed,
  page,
  server,
}) => {
  const { view } = await embed();
  await view.send('a slow answer, please');
  await expect(view.answerText).toContainText(PART);
  await server.hold();
  await page.reload();
  await view.taskItems.click();
  await expect(view.answerText).toContainText(PART);
  await expect(view.byTestId('working')).toBeVisible();
  await server.release();
  await view.answered();
  await expect(view.answerText).toHaveText(SLOW);
  await expect(view.questions).toHaveText(/^a slow answer, please/);
});
