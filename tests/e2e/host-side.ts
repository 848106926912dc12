/** What tests do and see from the side of the platform's page. */
import type { Page } from '@playwright/test';

/** Counts requests to the console's API from any frame of the page, from now on. */
export function countApiRequests(page: Page): () => number {
  let count = 0;
  page.on(
    'request',
    (request) => (count += new URL(request.url()).pathname.startsWith('/v1') ? 1 : 0),
  );
  return () => count;
}

/** The parent window posts to the console's frame. */
export function push(page: Page, message: unknown): Promise<void> {
  return page.evaluate((data) => {
    const frame = document.querySelector<HTMLIFrameElement>('#zcbot-frame')!;
    frame.contentWindow!.postMessage(data, '*');
  }, message);
}
