/** The handshake, seed §1–§4: from the iframe to a token that is accepted. */
import { expect, test } from './fixtures.ts';

test('the seed’s page signs its user in: one zcbot-ready, one token, the main view', async ({
  embed,
  platform,
  userId,
  watch,
}) => {
  const { view, received } = await embed();
  await view.entered();
  expect(await received()).toEqual(['zcbot-ready']);
  expect(platform.asked(userId)).toBe(1);
  expect(watch.heard('debug')).toEqual(['sent zcbot-ready', 'accepted zcbot-token']);
  expect(watch.heard('warning')).toEqual([]);
});
