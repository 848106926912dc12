/**
 * Text can be selected only while the person is at it. A page reaches into every shadow root with
 * `window.find` and `Selection.modify` and reads what it selected; what is `user-select: none`, it
 * does not get.
 */
export function selectableWhileUsed(element: HTMLElement, signal: AbortSignal): void {
  const selecting = (on: boolean): boolean => element.classList.toggle('selecting', on);
  element.addEventListener('pointerdown', () => selecting(true));
  element.addEventListener('focusout', () => selecting(false));
  const elsewhere = (event: Event): void => {
    // Seen from outside, everything in the shadow root is its host.
    if (element.getRootNode() instanceof ShadowRoot) {
      const { host } = element.getRootNode() as ShadowRoot;
      if (event.target !== host) selecting(false);
    }
  };
  window.addEventListener('pointerdown', elsewhere, { capture: true, signal });
  window.addEventListener('blur', () => selecting(false), { signal });
}
