/** The widget's styles in its shadow root. */
import base from './styles/base.css?inline';
import compose from './styles/compose.css?inline';
import forms from './styles/forms.css?inline';
import frame from './styles/frame.css?inline';
import markdown from './styles/markdown.css?inline';
import thread from './styles/thread.css?inline';
import { h } from './dom.ts';

const CSS = [base, frame, thread, markdown, compose, forms].join('\n');

/** A constructed sheet needs no permission from the page's style-src; old browsers get an element. */
export function addStyles(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(h('style', {}, CSS));
  }
}
