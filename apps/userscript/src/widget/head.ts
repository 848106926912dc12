/** The top of the window: the bot's name and whose session this is, or the way back. */
import type { Texts } from '../i18n/i18n.ts';
import { h, iconButton } from './dom.ts';

export type View = 'chat' | 'history' | 'settings';

export interface HeadActions {
  newConversation: () => void;
  showHistory: () => void;
  back: () => void;
  /** Undefined where there is nothing to set, and where the window cannot be closed. */
  showSettings: (() => void) | undefined;
  close: (() => void) | undefined;
}

export interface Head {
  element: HTMLElement;
  show(view: View): void;
  name(text: string): void;
  identity(line: { text: string; warn: boolean }): void;
  focusBack(): void;
}

export function createHead(texts: Texts, actions: HeadActions): Head {
  const { close, showSettings } = actions;
  const title = h('h2', {}, texts.title);
  const heading = h('h2');
  const who = h('div', { class: 'who' });
  const back = iconButton('back', texts.back, actions.back);
  const closing = close ? [iconButton('close', texts.close, close)] : [];
  const ofChat = [
    h('div', { class: 'head-text' }, title, who),
    iconButton('plus', texts.newConversation, actions.newConversation),
    iconButton('clock', texts.history, actions.showHistory),
    ...(showSettings ? [iconButton('settings', texts.settings, showSettings)] : []),
    ...closing,
  ];
  const ofOthers = [back, h('div', { class: 'head-text' }, heading), ...closing];
  const element = h('header', { class: 'head' });
  return {
    element,
    show(view) {
      element.classList.toggle('sub', view !== 'chat');
      if (view !== 'chat') heading.textContent = texts[view];
      element.replaceChildren(...(view === 'chat' ? ofChat : ofOthers));
    },
    name(text) {
      title.textContent = text;
      title.title = text;
    },
    identity({ text, warn }) {
      who.textContent = text;
      who.title = text;
      who.classList.toggle('warn', warn);
    },
    focusBack: () => back.focus(),
  };
}
