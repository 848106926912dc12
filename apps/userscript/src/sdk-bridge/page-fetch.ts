import type { PageCalls } from './page-calls.ts';

/** @returns a function that puts the page's own fetch back */
export function patchFetch(calls: PageCalls): () => void {
  const original = window.fetch;
  const patched: typeof fetch = (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const path = calls.pathOf(address);
    if (path === null) return original.call(window, input, init);
    return calls.call(new Request(input, init), path);
  };
  window.fetch = patched;
  return () => {
    if (window.fetch === patched) window.fetch = original;
  };
}
