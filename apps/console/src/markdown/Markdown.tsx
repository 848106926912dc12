import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { whenIdle } from '../ui/when-idle.ts';
import type { MarkdownView } from './markdown-view.ts';

type View = typeof MarkdownView;

/**
 * Parser and sanitiser are two fifths of the code and not needed to sign in or to write, so they come
 * as a file of their own. Until it is here (or if it never comes) the text shows as written.
 */
const loaded = signal<View | null>(null);
let asked = false;

export function loadMarkdown(): void {
  if (asked) return;
  asked = true;
  import('./markdown-view.ts').then(
    ({ MarkdownView: View }) => {
      loaded.value = View;
      warmUp(View);
    },
    (error: unknown) => {
      asked = false;
      console.error('[zcbot] Markdown could not be loaded', error);
    },
  );
}

/** Of every kind a little: the first use of each costs the parser several milliseconds. */
const SAMPLES = [
  'a b，中文\n',
  '## a\n\n---\n',
  '**a** *b* `c` ~~d~~\n',
  '[a](https://b.example) https://c.example\n',
  '- a\n- b\n\n1. c\n\n> d\n',
  '| a | b |\n| - | - |\n| c | d |\n',
  '```\na\n```\n',
];

/** So that the first task to be opened does not wait for it; in pieces, so that nothing else does. */
function warmUp(View: View, [sample, ...rest] = SAMPLES): void {
  if (sample === undefined) return;
  whenIdle(() => {
    new View(document.createElement('div')).show(sample, true);
    warmUp(View, rest);
  });
}

/** Preact renders the empty element once; the view owns everything inside it. */
export function Markdown({ text, final }: { text: string; final: boolean }) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView>(null);
  const View = loaded.value;
  useLayoutEffect(() => {
    if (!View) {
      loadMarkdown();
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
