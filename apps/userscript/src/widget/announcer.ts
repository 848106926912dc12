import type { ChatState } from '../chat/chat.ts';
import { h } from './dom.ts';

export interface Announcer {
  element: HTMLElement;
  show(state: Readonly<ChatState>): void;
}

/** A screen reader hears an answer once, when it is finished, not every word on its way. */
export function createAnnouncer(): Announcer {
  const element = h('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  /** The answer that is being written; history never was. */
  let coming: number | null = null;
  return {
    element,
    show({ messages, answering }) {
      const last = messages.at(-1);
      if (answering) coming = last?.key ?? null;
      else if (coming !== null) {
        if (last?.key === coming) element.textContent = last.text;
        coming = null;
      }
    },
  };
}
