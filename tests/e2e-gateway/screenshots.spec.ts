/**
 * Pictures of every state for people to look at: ZCBOT_SCREENSHOTS=<folder> makes them. Without it
 * nothing is taken; accessibility.spec.ts walks through the same states.
 */
import path from 'node:path';
import { test } from './fixtures.ts';
import { eachState, SIZES } from './states.ts';

const folder = process.env.ZCBOT_SCREENSHOTS;
test.skip(!folder, 'only with ZCBOT_SCREENSHOTS');

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of SIZES) {
    const locale = colorScheme === 'light' ? 'zh-CN' : 'en-US';
    test(`${colorScheme}, ${size.width} px, ${locale}`, async ({ install, ownLine, site }) => {
      test.setTimeout(180_000);
      const looks = { colorScheme, locale, ...size.looks };
      await eachState({ install, ownLine, site, looks }, async (name, page) => {
        const file = `${name}-${size.width}-${colorScheme}.png`;
        await page.screenshot({ path: path.join(folder!, file), animations: 'disabled' });
      });
    });
  }
}
