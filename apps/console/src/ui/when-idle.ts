/** As soon as there is nothing more urgent, at the latest after this. In milliseconds. */
const AT_THE_LATEST_MS = 300;

export function whenIdle(task: () => void): void {
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in window) requestIdleCallback(task, { timeout: AT_THE_LATEST_MS });
  else setTimeout(task, AT_THE_LATEST_MS);
}
