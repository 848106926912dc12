import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MarkdownView } from './markdown-view.ts';

type View = typeof MarkdownView;

/**
 * Parser and sanitiser are a third of the code and not needed to sign in, so they come as a file of
 * their own, asked for at once. Until it is here (or if it never comes) the text shows as written.
 */
const loaded = signal<View | null>(null);

export function loadMarkdown(): void {
  import('./markdown-view.ts').then(
    (module) => (loaded.value = module.MarkdownView),
    (error: unknown) => console.error('[zcbot] Markdown could not be loaded', error),
  );
}

/** Preact renders the empty element once; the view owns everything inside it. */
export function Markdown({ text, final }: { text: string; final: boolean }) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView>(null);
  const View = loaded.value;
  useLayoutEffect(() => {
    if (!View) {
      root.current!.textContent = text;
      return;
    }
    if (!view.current) {
      root.current!.textContent = '';
      view.current = new View(root.current!);
    }
    view.current.show(text, final);
  }, [text, final, View]);
  return <div class={View ? 'md' : 'md plain'} ref={root} />;
}
