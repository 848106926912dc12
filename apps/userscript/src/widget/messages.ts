/** The messages as elements; one that did not change keeps its element, selection included. */
import type { Message } from '../chat/answer.ts';
import { isOneMessage } from '../coze-calls/call-error.ts';
import type { Texts } from '../i18n/i18n.ts';
import { h, iconButton } from './dom.ts';
import { markdown } from './markdown.ts';
import { closeOpenMarks } from './unfinished.ts';

interface Slot {
  element: HTMLElement;
  shown: string;
}

export interface MessageList {
  element: HTMLElement;
  show(messages: readonly Message[]): void;
}

export function createMessageList(texts: Texts, retry: (key: number) => void): MessageList {
  const element = h('div', { class: 'messages' });
  const slots = new Map<number, Slot>();

  return {
    element,
    show(messages) {
      const wanted = new Set(messages.map(({ key }) => key));
      for (const [key, slot] of slots) {
        if (wanted.has(key)) continue;
        slot.element.remove();
        slots.delete(key);
      }
      for (const message of messages) {
        const look = JSON.stringify([message.text, message.reasoning, message.status]);
        const slot = slots.get(message.key);
        if (slot?.shown === look) continue;
        const drawn = draw(message, texts, retry);
        if (slot) slot.element.replaceWith(drawn);
        else element.append(drawn);
        slots.set(message.key, { element: drawn, shown: look });
      }
    },
  };
}

function draw(message: Message, texts: Texts, retry: (key: number) => void): HTMLElement {
  if (message.role === 'user') {
    const speaker = h('span', { class: 'visually-hidden' }, `${texts.you}: `);
    return h('div', { class: 'message user' }, h('div', { class: 'text' }, speaker, message.text));
  }
  const waiting = message.status === 'sending' && message.text === '';
  const text = h('div', { class: 'markdown' });
  const half = message.status !== 'complete';
  text.append(markdown(half ? closeOpenMarks(message.text) : message.text));
  return h(
    'div',
    { class: 'message assistant' },
    message.reasoning === '' ? null : reasoning(message, texts),
    message.text === '' ? null : text,
    waiting ? dots(texts) : null,
    ending(message, texts, retry),
    message.status === 'complete' ? foot(message, texts) : null,
  );
}

function dots(texts: Texts): HTMLElement {
  return h(
    'div',
    { class: 'dots', attributes: { role: 'img', 'aria-label': texts.thinking } },
    h('i'),
    h('i'),
    h('i'),
  );
}

function reasoning(message: Message, texts: Texts): HTMLElement {
  const open = message.text === '' && message.status !== 'complete';
  const body = h('div', {}, message.reasoning);
  return h(
    'details',
    { class: 'reasoning', attributes: { open } },
    h('summary', {}, texts.reasoning),
    body,
  );
}

function ending(message: Message, texts: Texts, retry: (key: number) => void): HTMLElement | null {
  const again = (): HTMLElement =>
    h(
      'button',
      { class: 'button', attributes: { type: 'button' }, on: { click: () => retry(message.key) } },
      texts.retry,
    );
  switch (message.status) {
    case 'stopped':
      return h('div', { class: 'ending' }, h('span', {}, texts.stopped), again());
    case 'cut':
      return h('div', { class: 'ending' }, h('span', {}, texts.cutWaiting), again());
    case 'failed': {
      const reason = message.error?.reason ?? 'refused';
      const [title, remedy] = texts.trouble[reason];
      const detail = message.error?.detail ?? '';
      const said = reason === 'refused' && detail !== '' ? ` (${detail})` : '';
      return h(
        'div',
        { class: 'ending failed', attributes: { role: 'alert' } },
        // What concerns more than this message has its remedy in the panel above.
        h('span', {}, isOneMessage(reason) ? `${title}${texts.period}${remedy}${said}` : title),
        again(),
      );
    }
    case 'sending':
    case 'streaming':
    case 'complete':
      return null;
  }
}

function foot(message: Message, texts: Texts): HTMLElement {
  const copy = iconButton('copy', texts.copy, () => {
    void navigator.clipboard?.writeText(message.text).then(
      () => {
        copy.setAttribute('aria-label', texts.copied);
        copy.title = texts.copied;
      },
      () => undefined,
    );
  });
  return h('div', { class: 'foot' }, copy);
}
