/** Which messages count, by their shape (design §4.3, seed §2 and §7). */
import { ConsoleView } from './console-view.ts';
import { embedAddress, expect, test } from './fixtures.ts';
import { countApiRequests, push } from './host-side.ts';

test.describe('a message of the parent that is not exactly a token message', () => {
  test('is dropped with one warning that says why, and the next right one counts', async ({
    embed,
    page,
    server,
    userId,
    watch,
  }) => {
    const other = '00000000-0000-0000-0000-000000000001';
    const token = await server.login(userId);
    const broken: [unknown, string][] = [
      [null, 'it is not an object with a type'],
      ['zcbot-token', 'it is not an object with a type'],
      [JSON.stringify({ type: 'zcbot-token', token }), 'it is not an object with a type'],
      [{}, 'it is not an object with a type'],
      [[token], 'it is not an object with a type'],
      [{ type: 'zcbot-refresh', token, user_id: userId }, 'its type is unknown'],
      [{ type: ['zcbot-token'], token, user_id: userId }, 'its type is unknown'],
      [{ type: 'zcbot-ready' }, 'its type is unknown'],
      [{ type: 'zcbot-token', user_id: userId }, 'token is missing'],
      [{ type: 'zcbot-token', token: { token }, user_id: userId }, 'token is missing'],
      [{ type: 'zcbot-token', token: '', user_id: userId }, 'token is missing'],
      [{ type: 'zcbot-token', token }, 'user_id is missing'],
      [{ type: 'zcbot-token', token, userId }, 'user_id is missing'],
      [{ type: 'zcbot-token', token, user_id: 'somebody' }, 'user_id is not a UUID'],
      [{ type: 'zcbot-token', token, user_id: `${userId} ` }, 'user_id is not a UUID'],
      [
        { type: 'zcbot-token', token: `Bearer ${token}`, user_id: userId },
        'token is not a well-formed JWT with a UUID as its subject',
      ],
      [
        { type: 'zcbot-token', token: token.split('.').slice(0, 2).join('.'), user_id: userId },
        'token is not a well-formed JWT with a UUID as its subject',
      ],
      [{ type: 'zcbot-token', token, user_id: other }, "user_id is not the token's subject"],
    ];
    const { view } = await embed({ userId: null, host: { script: '' } });
    await expect(view.gate).toBeVisible();
    for (const [message] of broken) await push(page, message);
    const reasons = broken.map(([, reason]) => `message dropped: ${reason}`);
    await expect.poll(() => watch.heard('warning')).toEqual(reasons);
    await expect(view.gate).toBeVisible();

    await push(page, {
      type: 'zcbot-token',
      token,
      user_id: userId.toUpperCase(),
      user_name: 'Lin',
    });
    await view.entered();
    await expect(view.byTestId('user-name')).toHaveText('Lin');
    expect(watch.heard('warning')).toHaveLength(broken.length);
  });

  test('names another user than the token speaks for: neither of the two gets in', async ({
    embed,
    page,
    platform,
    server,
    userId,
    watch,
  }) => {
    const someone = '00000000-0000-0000-0000-00000000000a';
    platform.answerWith(userId, { token: await server.login(someone), user_id: userId });
    const requests = countApiRequests(page);
    const { view } = await embed();
    await expect
      .poll(() => watch.heard('warning'))
      .toContain("message dropped: user_id is not the token's subject");
    await expect(view.gate).toHaveAttribute('data-state', 'waiting');
    expect(requests()).toBe(0);
  });
});

test('the console’s own messages have a type and no other key', async ({
  embed,
  page,
  server,
  userId,
}) => {
  const { view, received } = await embed();
  await view.entered();
  await server.revoke(userId);
  await expect.poll(received).toEqual(['zcbot-ready', 'zcbot-401']);
  const messages = await page.evaluate(
    () => (window as unknown as { received: { data: unknown; origin: string }[] }).received,
  );
  expect(messages).toEqual([
    { origin: server.origin, data: { type: 'zcbot-ready' } },
    { origin: server.origin, data: { type: 'zcbot-401' } },
  ]);
});

test.describe('the self-posting way to debug (seed §7)', () => {
  test('a console whose parent_origin is its own takes a token from its own window', async ({
    page,
    server,
    userId,
    watch,
  }) => {
    const token = await server.login(userId);
    await page.goto(embedAddress(server, { parent_origin: server.origin }));
    const view = new ConsoleView(page);
    await expect(view.gate).toContainText('Waiting for sign-in…');
    await page.evaluate((message) => window.postMessage(message, location.origin), {
      type: 'zcbot-token',
      token,
      user_id: userId,
    });
    await view.entered();
    expect(watch.heard('warning')).toEqual([]);
  });

  test('a console opened by itself with a platform’s parent_origin waits, deaf to itself', async ({
    page,
    platform,
    server,
    userId,
    watch,
  }) => {
    const token = await server.login(userId);
    await page.goto(embedAddress(server, { parent_origin: platform.origin() }));
    const view = new ConsoleView(page);
    await expect(view.gate).toBeVisible();
    await page.evaluate((message) => window.postMessage(message, location.origin), {
      type: 'zcbot-token',
      token,
      user_id: userId,
    });
    await expect
      .poll(() => watch.heard('warning'))
      .toEqual(['message dropped: its origin is not the registered parent']);
    await expect(view.gate).toBeVisible();
  });
});
