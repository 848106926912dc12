import type { Conversation } from '../coze-calls/wire.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import { h } from './dom.ts';

/** The list of this session's conversations, newest first. */
export function historyList(parts: {
  texts: Texts;
  language: Language;
  conversations: readonly Conversation[];
  current: string | null;
  pick: (id: string) => void;
}): HTMLElement {
  const { texts, conversations } = parts;
  if (conversations.length === 0) return h('p', { class: 'note' }, texts.noConversations);
  const format = new Intl.DateTimeFormat(parts.language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return h(
    'ul',
    { class: 'list' },
    ...conversations.map(({ id, name, createdAt }) =>
      h(
        'li',
        {},
        h(
          'button',
          {
            attributes: {
              type: 'button',
              'aria-current': id === parts.current ? 'true' : undefined,
            },
            on: { click: () => parts.pick(id) },
          },
          name || texts.untitled,
          createdAt > 0 ? h('small', {}, format.format(createdAt)) : null,
        ),
      ),
    ),
  );
}
