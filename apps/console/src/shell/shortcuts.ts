import type { TextKey } from '../i18n/en.ts';

export interface ShortcutActions {
  search(): void;
  newTask(): void;
  /** -1 is the task above the open one, 1 the one below. */
  step(direction: -1 | 1): void;
  composer(): void;
  stop(): void;
  help(): void;
}

const APPLE = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const MOD = APPLE ? '⌘' : 'Ctrl';
const ALT = APPLE ? '⌥' : 'Alt';

/** As the help dialog shows them. */
export const SHORTCUTS: readonly { keys: readonly string[]; text: TextKey }[] = [
  { keys: ['Enter'], text: 'keys.send' },
  { keys: ['Shift', 'Enter'], text: 'keys.newline' },
  { keys: [MOD, 'K'], text: 'keys.search' },
  { keys: [ALT, 'N'], text: 'keys.new' },
  { keys: [ALT, '↑'], text: 'keys.previous' },
  { keys: [ALT, '↓'], text: 'keys.next' },
  { keys: ['↑', '↓'], text: 'keys.list' },
  { keys: ['F2'], text: 'keys.rename' },
  { keys: ['/'], text: 'keys.composer' },
  { keys: [MOD, '.'], text: 'keys.stop' },
  { keys: ['Esc'], text: 'keys.close' },
  { keys: [MOD, '/'], text: 'keys.help' },
];

/** Listens until `signal` aborts. Nothing fires while a dialog is open or an IME is composing. */
export function listenForShortcuts(actions: ShortcutActions, signal: AbortSignal): void {
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.isComposing || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]')) return;
      const action = actionFor(event, actions);
      if (!action) return;
      event.preventDefault();
      action();
    },
    { signal },
  );
}

function actionFor(event: KeyboardEvent, actions: ShortcutActions): (() => void) | null {
  const { key, code, altKey, shiftKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !altKey && key.toLowerCase() === 'k') return actions.search;
  if (mod && !altKey && key === '.') return actions.stop;
  if (mod && !altKey && key === '/') return actions.help;
  if (altKey && !mod && !shiftKey) {
    // By position: with Option held, Apple keyboards give another character.
    if (code === 'KeyN') return actions.newTask;
    if (key === 'ArrowUp') return () => actions.step(-1);
    if (key === 'ArrowDown') return () => actions.step(1);
  }
  if (key === '/' && !mod && !altKey && !isEditable(event.target)) return actions.composer;
  return null;
}

function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]');
}
