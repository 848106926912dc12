import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Space (in px) kept between a menu and the edge of the window. */
const MARGIN = 8;

/** A button that opens a menu; arrow keys move, Escape and a click elsewhere close it. */
export function Menu({
  label,
  icon,
  children,
  class: className = '',
  testId,
  tabIndex,
}: {
  label: string;
  icon: ComponentChildren;
  /** Called with a function that closes the menu. */
  children: (close: () => void) => ComponentChildren;
  class?: string;
  testId: string;
  tabIndex?: number;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  useLayoutEffect(() => {
    if (!open) return;
    place(list.current!, button.current!);
    menuItems(list.current!)[0]?.focus();
  }, [open]);

  useEffect(() => {
    if (!open) return;
    const listening = new AbortController();
    const { signal } = listening;
    const dismiss = (event: Event): void => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) setOpen(false);
    };
    document.addEventListener('pointerdown', dismiss, { signal, capture: true });
    document.addEventListener('focusin', dismiss, { signal });
    window.addEventListener('resize', () => setOpen(false), { signal });
    return () => listening.abort();
  }, [open]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      return;
    }
    const items = menuItems(list.current!);
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items.at(next % items.length)?.focus();
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class={`button-icon ${className}`}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid={testId}
        tabIndex={tabIndex}
        onClick={() => setOpen(!open)}
      >
        {icon}
      </button>
      {open && (
        <div ref={list} class="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
          {children(close)}
        </div>
      )}
    </>
  );
}

export function MenuItem({
  onSelect,
  icon,
  danger = false,
  checked,
  children,
}: {
  onSelect: () => void;
  icon?: ComponentChildren;
  danger?: boolean;
  /** Makes it one of a group to choose from. */
  checked?: boolean;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      class={`menu-item ${danger ? 'danger' : ''}`}
      tabIndex={-1}
      onClick={onSelect}
    >
      <span class="menu-icon">{icon}</span>
      {children}
    </button>
  );
}

function menuItems(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

/** Below the button if there is room, else above; never outside the window. */
function place(list: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const { offsetWidth: width } = list;
  list.style.maxHeight = `${window.innerHeight - 2 * MARGIN}px`;
  const height = list.offsetHeight;
  const below = anchor.bottom + 4;
  const top = below + height + MARGIN <= window.innerHeight ? below : anchor.top - height - 4;
  const left = Math.min(anchor.right - width, window.innerWidth - width - MARGIN);
  list.style.top = `${Math.max(MARGIN, Math.min(top, window.innerHeight - height - MARGIN))}px`;
  list.style.left = `${Math.max(MARGIN, left)}px`;
}
