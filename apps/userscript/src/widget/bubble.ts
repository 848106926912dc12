import type { Texts } from '../i18n/i18n.ts';
import type { Trouble } from '../health/health.ts';
import { h, icon } from './dom.ts';

export interface Bubble {
  element: HTMLButtonElement;
  show(trouble: Trouble | null): void;
}

/** The round button that opens the window; a dot on it, and its name, say that something is wrong. */
export function createBubble(texts: Texts, open: () => void): Bubble {
  const badge = h('span', { class: 'badge' });
  const element = h(
    'button',
    {
      class: 'bubble-button',
      attributes: { type: 'button', 'aria-haspopup': 'dialog' },
      on: { click: open },
    },
    icon('chat'),
    badge,
  );
  return {
    element,
    show(trouble) {
      badge.hidden = trouble === null;
      const label = trouble
        ? `${texts.open}${texts.period}${texts.trouble[trouble.cause][0]}`
        : texts.open;
      element.setAttribute('aria-label', label);
      element.title = label;
    },
  };
}
