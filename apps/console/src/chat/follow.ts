import { signal, type ReadonlySignal } from '@preact/signals';

/** How close (in px) to the end counts as being there. */
const NEAR_END = 24;

/** Keeps the end of a growing conversation in view, but only while the reader is there. */
export interface Follower {
  readonly following: ReadonlySignal<boolean>;
  toLatest(): void;
  dispose(): void;
}

export function createFollower(scroller: HTMLElement, content: HTMLElement): Follower {
  const following = signal(true);
  let lastTop = scroller.scrollTop;
  let lastHeight = scroller.scrollHeight;

  function pin(): void {
    if (following.peek()) scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
    lastHeight = scroller.scrollHeight;
  }

  function onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const distance = scrollHeight - scrollTop - clientHeight;
    // Moving up is the reader's doing unless the content has become shorter.
    const movedUp = scrollTop < lastTop - 1 && scrollHeight >= lastHeight;
    if (movedUp) following.value = distance < 2;
    else if (distance < NEAR_END) following.value = true;
    lastTop = scrollTop;
    lastHeight = scrollHeight;
  }

  // Runs between layout and paint: what has grown is never seen in the wrong place.
  const observer = new ResizeObserver(pin);
  observer.observe(content);
  observer.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  pin();

  return {
    following,
    toLatest() {
      following.value = true;
      pin();
    },
    dispose() {
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    },
  };
}
