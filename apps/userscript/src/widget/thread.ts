/** The messages with what stands there before the first; follows the answer while its end is in view. */
import type { ChatState } from '../chat/chat.ts';
import type { Texts } from '../i18n/i18n.ts';
import { h, iconButton } from './dom.ts';
import { markdown } from './markdown.ts';
import { createMessageList } from './messages.ts';
import { selectableWhileUsed } from './selectable.ts';

/** Nearer to the end than this (in pixels), the view follows what comes. */
const FOLLOW_PX = 48;

export interface Thread {
  /** The list and, over it, the button to its end. */
  elements: HTMLElement[];
  show(state: Readonly<ChatState>): void;
  /** To the end, and on with what comes. */
  follow(): void;
}

export function createThread(
  texts: Texts,
  retry: (key: number) => void,
  signal: AbortSignal,
): Thread {
  let following = true;
  const messages = createMessageList(texts, retry);
  const empty = h('div', { class: 'empty' });
  const scroller = h(
    'div',
    {
      class: 'scroller',
      attributes: { tabindex: '0', role: 'log', 'aria-label': texts.messages, 'aria-live': 'off' },
      on: { scroll: onScroll },
    },
    h('div', { class: 'thread' }, empty, messages.element),
  );
  selectableWhileUsed(scroller, signal);
  const toLatest = iconButton('down', texts.latest, follow, 'icon-button to-latest');

  function follow(): void {
    following = true;
    toEnd();
  }

  function toEnd(): void {
    if (following) scroller.scrollTop = scroller.scrollHeight;
    onScroll();
  }

  function onScroll(): void {
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    following = below < FOLLOW_PX;
    toLatest.hidden = following;
  }

  function showEmpty({ bot, messages: said, loading }: Readonly<ChatState>): void {
    empty.hidden = said.length > 0;
    if (said.length > 0) return;
    if (!bot) {
      // Where there is trouble, nobody asks how to help.
      empty.replaceChildren(loading ? h('p', {}, `${texts.loading}…`) : '');
      delete empty.dataset.shown;
      return;
    }
    const shown = `${bot.prologue}\n${bot.description}`;
    if (empty.dataset.shown === shown) return;
    empty.dataset.shown = shown;
    const prologue = h('div', { class: 'markdown' });
    prologue.append(markdown(bot.prologue));
    empty.replaceChildren(
      ...(bot.prologue ? [prologue] : [h('h3', {}, texts.greeting), h('p', {}, bot.description)]),
    );
  }

  return {
    elements: [scroller, toLatest],
    show(state) {
      messages.show(state.messages);
      showEmpty(state);
      toEnd();
    },
    follow,
  };
}
