/** The widget's one element in the page; all it shows is behind its closed shadow root. */

const TAG = 'zcbot-coze-chat';
const ALIVE = 'zcbot-alive';

/**
 * Puts the element at the end of the document and back whenever a single-page application replaces
 * what is around it. Null when the page has one already.
 *
 * @param bereft `document.open()` takes the listeners of everything in the document, shadow roots
 * included (HTML standard, "document open steps"): the widget has to be made anew.
 */
export function keepInPage(signal: AbortSignal, bereft: () => void): HTMLElement | null {
  if (document.documentElement.querySelector(`:scope > ${TAG}`)) return null;
  const host = document.createElement(TAG);
  let alive = false;
  host.addEventListener(ALIVE, () => (alive = true));
  const observer = new MutationObserver(() => {
    if (host.isConnected || !document.documentElement) return;
    place();
    alive = false;
    host.dispatchEvent(new Event(ALIVE));
    if (!alive) bereft();
  });

  function place(): void {
    const root = document.documentElement;
    root.append(host);
    // The document too: some frameworks replace the root element itself.
    observer.observe(document, { childList: true });
    observer.observe(root, { childList: true });
  }

  place();
  signal.addEventListener(
    'abort',
    () => {
      observer.disconnect();
      host.remove();
    },
    { once: true },
  );
  return host;
}
