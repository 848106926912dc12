import { useLayoutEffect, useRef } from 'preact/hooks';
import { MarkdownView } from './markdown-view.ts';

/** Preact renders the empty element once; the view owns everything inside it. */
export function Markdown({ text, final }: { text: string; final: boolean }) {
  const root = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView>(null);
  useLayoutEffect(() => {
    view.current ??= new MarkdownView(root.current!);
    view.current.show(text, final);
  }, [text, final]);
  return <div class="md" ref={root} />;
}
