import { signal, type ReadonlySignal } from '@preact/signals';

/** Narrower than this, the task panel is a drawer. Keep in step with layout.css. */
export const compact = follow('(max-width: 759px)');

/** A finger is the main pointer: no focus is moved that would bring up the keyboard. */
export const touch = follow('(pointer: coarse)');

function follow(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener('change', () => (matches.value = media.matches));
  return matches;
}

/**
 * The part of the window a mobile keyboard leaves visible, as `--visible-height` and
 * `--visible-top`: browsers without `interactive-widget` lay the keyboard over the page.
 */
export function followVisibleArea(root: HTMLElement, viewport: VisualViewport | null): void {
  if (!viewport) return;
  const update = (): void => {
    // Zoomed in, the visible part is a magnified detail and no measure for the layout.
    if (viewport.scale > 1.01) return;
    root.style.setProperty('--visible-height', `${Math.round(viewport.height)}px`);
    root.style.setProperty('--visible-top', `${Math.round(viewport.offsetTop)}px`);
  };
  viewport.addEventListener('resize', update);
  viewport.addEventListener('scroll', update);
  update();
}
