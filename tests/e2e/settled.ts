import type { Page } from '@playwright/test';

/** Motion on its way in or out has places and colours of its own; resolves when all has arrived. */
export async function settled(page: Page): Promise<void> {
  await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(async () => {
        const moving = document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
        await Promise.allSettled(moving.map(({ finished }) => finished));
      }),
    ),
  );
}
