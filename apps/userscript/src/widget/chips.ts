import type { Texts } from '../i18n/i18n.ts';
import { h } from './dom.ts';

export interface Chips {
  element: HTMLElement;
  show(suggestions: readonly string[]): void;
}

/** What could be asked next; pressing one asks it. */
export function createChips(texts: Texts, ask: (text: string) => void): Chips {
  const element = h('div', {
    class: 'chips',
    attributes: { role: 'group', 'aria-label': texts.suggestions },
  });
  let shown = '';
  const chip = (text: string): HTMLElement =>
    h(
      'button',
      { class: 'chip', attributes: { type: 'button' }, on: { click: () => ask(text) } },
      text,
    );
  return {
    element,
    show(suggestions) {
      element.hidden = suggestions.length === 0;
      const wanted = suggestions.join('\n');
      if (shown === wanted) return;
      shown = wanted;
      element.replaceChildren(...suggestions.map(chip));
    },
  };
}
