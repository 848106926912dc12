import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Messages drawn at once: enough to fill a window. */
const FIRST = 4;
/** Messages added above them whenever the page has time. */
const STEP = 4;

/**
 * How many messages at the start of the tail are not drawn yet. Opening a task draws what can be
 * seen; the rest follows while the page is idle, without moving what is being read.
 */
export function useGradualTail(
  length: number,
  tail: { readonly current: HTMLElement | null },
  scroller: { readonly current: HTMLElement | null },
): number {
  const [skipped, setSkipped] = useState(() => Math.max(0, length - FIRST));
  const anchor = useRef<{ element: Element; top: number } | null>(null);
  const hidden = Math.min(skipped, Math.max(0, length - FIRST));

  useEffect(() => {
    if (hidden === 0) return;
    return whenIdle(() => {
      const element = tail.current?.firstElementChild;
      anchor.current = element ? { element, top: element.getBoundingClientRect().top } : null;
      setSkipped(Math.max(0, hidden - STEP));
    });
  }, [hidden]);

  useLayoutEffect(() => {
    const kept = anchor.current;
    anchor.current = null;
    if (!kept?.element.isConnected || !scroller.current) return;
    scroller.current.scrollTop += kept.element.getBoundingClientRect().top - kept.top;
  }, [hidden]);

  return hidden;
}

/** Returns a function that calls it off. */
function whenIdle(callback: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const id = requestIdleCallback(callback, { timeout: 500 });
    return () => cancelIdleCallback(id);
  }
  const timer = setTimeout(callback, 50);
  return () => clearTimeout(timer);
}
