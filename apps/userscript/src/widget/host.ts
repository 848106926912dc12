/** The widget's one element in the page; all it shows is behind its closed shadow root. */

const TAG = 'zcbot-coze-chat';

/**
 * Puts the element at the end of the document and back whenever a single-page application replaces
 * what is around it. Null when the page has one already.
 */
export function keepInPage(signal: AbortSignal): HTMLElement | null {
  const root = document.documentElement;
  if (root.querySelector(`:scope > ${TAG}`)) return null;
  const host = document.createElement(TAG);
  root.append(host);
  const observer = new MutationObserver(() => {
    if (!host.isConnected) document.documentElement.append(host);
  });
  // The document too: document.open() and some frameworks replace the root element itself.
  observer.observe(document, { childList: true });
  observer.observe(root, { childList: true });
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
