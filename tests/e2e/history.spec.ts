/** A long task: read from its end, older pages on the way up. */
import { expect, test } from './fixtures.ts';

test.use({ ownServerOptions: { engine: 'verbatim' } });

const QUESTIONS = 60;
/** At most this many messages wait in a task. */
const QUEUE_MAX = 20;

test('a long task opens at its end, and scrolling up brings every older message once and in order', async ({
  embed,
  ownServer,
  userId,
}) => {
  const token = await ownServer.login(userId);
  const { id } = await ownServer.createTask(token, 'Long');
  for (let number = 1; number <= QUESTIONS; number++) {
    if (number % QUEUE_MAX === 0) await idle();
    await ownServer.sendMessage(token, id, `Message ${number}.`);
  }
  await idle();
  async function idle(): Promise<void> {
    await expect.poll(async () => (await ownServer.listTasks(token))[0]!.status).toBe('idle');
  }

  const { view } = await embed({ server: ownServer, query: { task_id: id } });
  await expect(view.questions.last().locator('.bubble')).toHaveText(`Message ${QUESTIONS}.`);
  await expect(view.answers.last()).toBeInViewport();

  const seen = new Set<string>();
  const conversation = view.byTestId('conversation');
  const shown = (): Promise<string[]> => view.questions.locator('.bubble').allTextContents();
  await expect
    .poll(
      async () => {
        for (const text of await shown()) seen.add(text);
        await conversation.evaluate((box) => box.scrollBy(0, -box.clientHeight));
        return seen.size;
      },
      { intervals: [100] },
    )
    .toBe(QUESTIONS);
  await expect(view.questions.first().locator('.bubble')).toHaveText('Message 1.');
  const texts = await shown();
  expect(new Set(texts).size).toBe(texts.length);
  const numbers = texts.map((text) => Number(/\d+/.exec(text)![0]));
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  await view.byTestId('jump-to-latest').click();
  await expect(view.answers.last()).toBeInViewport();
  await expect(view.questions.last().locator('.bubble')).toHaveText(`Message ${QUESTIONS}.`);
});
