/**
 * Watches the console's frame from before its first script: was a text ever on the screen? Looks at
 * every change of the DOM and at every frame, so that not even a flash goes unseen.
 */
import { expect, type Frame, type Page } from '@playwright/test';

/** Strings the frame must not show once it has heard of the user named. */
export interface Forbidden {
  texts: string[];
  /** Null: from the first moment. */
  afterTokenOf: string | null;
}

interface Watched {
  sightings: string[];
  samples: number;
}

export async function watchFor(page: Page, forbidden: Forbidden): Promise<void> {
  await page.addInitScript(install, forbidden);
}

/** The same for a frame that is there already. */
export async function watchNow(
  page: Page,
  consoleOrigin: string,
  forbidden: Forbidden,
): Promise<void> {
  await frameOf(page, consoleOrigin).evaluate(install, forbidden);
}

function install({ texts, afterTokenOf }: Forbidden): void {
  const watched: Watched = { sightings: [], samples: 0 };
  (window as unknown as { watched: Watched }).watched = watched;
  let armed = afterTokenOf === null;

  const look = (when: string): void => {
    if (!armed || !document.body) return;
    watched.samples++;
    const shown = `${document.body.innerText}\n${[...document.querySelectorAll('input, textarea')]
      .map((field) => (field as HTMLInputElement).value)
      .join('\n')}`;
    for (const text of texts) {
      if (shown.includes(text)) watched.sightings.push(`${when}: ${text}`);
    }
  };
  const everyFrame = (): void => {
    look('frame');
    requestAnimationFrame(everyFrame);
  };
  new MutationObserver(() => look('change')).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
  requestAnimationFrame(everyFrame);
  if (afterTokenOf === null) return;
  window.addEventListener('message', ({ data }: MessageEvent<{ user_id?: string } | null>) => {
    if (data?.user_id !== afterTokenOf) return;
    // What was there may stand for the frame in which the message came, and no longer.
    requestAnimationFrame(() => requestAnimationFrame(() => (armed = true)));
  });
}

/** What was seen; throws when the watch was asleep. */
export async function sightings(page: Page, consoleOrigin: string): Promise<string[]> {
  const frame = frameOf(page, consoleOrigin);
  const watched = await frame.evaluate(() => (window as unknown as { watched: Watched }).watched);
  expect(watched.samples).toBeGreaterThan(0);
  return watched.sightings;
}

function frameOf(page: Page, consoleOrigin: string): Frame {
  return page.frames().find((candidate) => candidate.url().startsWith(consoleOrigin))!;
}
