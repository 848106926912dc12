import type { Conversation } from '../coze-calls/wire.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import { h } from './dom.ts';

export interface HistoryParts {
  texts: Texts;
  language: Language;
  load: () => Promise<readonly Conversation[]>;
  current: string | null;
  pick: (id: string) => void;
  failed: () => void;
}

/** This session's conversations, newest first; the element fills itself as they come. */
export function historyView(parts: HistoryParts): HTMLElement {
  const { texts } = parts;
  const note = (text: string): HTMLElement => h('p', { class: 'note' }, text);
  const element = h(
    'div',
    { class: 'history', attributes: { 'aria-live': 'polite' } },
    note(`${texts.loading}…`),
  );
  parts.load().then(
    (conversations) =>
      element.replaceChildren(
        conversations.length === 0
          ? note(texts.noConversations)
          : historyList(parts, conversations),
      ),
    () => {
      element.replaceChildren(note(texts.cut));
      parts.failed();
    },
  );
  return element;
}

function historyList(
  { texts, language, current, pick }: HistoryParts,
  conversations: readonly Conversation[],
): HTMLElement {
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const item = ({ id, name, createdAt }: Conversation): HTMLElement =>
    h(
      'button',
      {
        attributes: { type: 'button', 'aria-current': id === current ? 'true' : undefined },
        on: { click: () => pick(id) },
      },
      h('span', {}, name || texts.untitled),
      createdAt > 0 ? h('small', {}, format.format(createdAt)) : null,
    );
  return h(
    'ul',
    { class: 'list' },
    ...conversations.map((conversation) => h('li', {}, item(conversation))),
  );
}
