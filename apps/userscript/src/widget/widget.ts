/**
 * The chat window, in a closed shadow root. Floating: a round button that opens it. Filling: always
 * open, as large as its place.
 */
import type { Chat } from '../chat/chat.ts';
import type { Health } from '../health/health.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import type { Position, Settings } from '../settings/settings.ts';
import { createAnnouncer } from './announcer.ts';
import { createBubble } from './bubble.ts';
import { createChips } from './chips.ts';
import { createComposer } from './composer.ts';
import { h } from './dom.ts';
import { createHead, type View } from './head.ts';
import { historyView } from './history.ts';
import { settingsForm } from './settings-form.ts';
import { addStyles } from './styles.ts';
import { createThread } from './thread.ts';
import { createTroublePanel } from './trouble-panel.ts';

export interface WidgetParts {
  /** What the shadow root is attached to; it is in the page already. */
  host: HTMLElement;
  kind: 'floating' | 'filling';
  chat: Chat;
  health: Health;
  texts: Texts;
  language: Language;
  position: Position;
  /** True while somebody else does the chatting: the button shows only when something is wrong. */
  standby?: () => boolean;
  /** Whose session this is and by which mode, in one line. */
  identity: () => Promise<{ text: string; warn: boolean }>;
  /** Undefined where there is nothing to set. */
  settings?: {
    get: () => Settings;
    save: (changes: Partial<Settings>) => void;
    resetSession: () => void;
    openInstallPage: () => void;
    useWidget?: () => void;
  };
  signal: AbortSignal;
}

export interface Widget {
  isOpen(): boolean;
  open(): void;
  openSettings(): void;
}

export function createWidget(parts: WidgetParts): Widget {
  const { chat, health, texts, settings, signal } = parts;
  const floating = parts.kind === 'floating';
  const shadow = parts.host.attachShadow({ mode: 'closed' });
  addStyles(shadow);
  if (!floating) parts.host.style.height = 'max(22rem, calc(100dvh - 11.5rem))';

  let view: View = 'chat';
  let opened = !floating;
  let frame = 0;

  const head = createHead(texts, {
    newConversation() {
      chat.startOver();
      focusField();
    },
    showHistory,
    back: showChat,
    showSettings: settings ? showSettings : undefined,
    close: floating ? close : undefined,
  });
  const trouble = createTroublePanel(
    texts,
    {
      tryNow: () => health.checkNow(),
      ...(settings
        ? { openSettings: showSettings, openInstallPage: settings.openInstallPage }
        : {}),
      ...(settings?.useWidget ? { useWidget: settings.useWidget } : {}),
    },
    signal,
  );
  const retry = (key: number): void => {
    chat.retry(key);
    focusField();
  };
  const thread = createThread(texts, retry, signal);
  const chips = createChips(texts, (text) => {
    send(text);
    focusField();
  });
  const composer = createComposer(texts, { send, stop: () => chat.stop() });
  const announcer = createAnnouncer();
  const bubble = createBubble(texts, open);
  const body = h('div', { class: 'body' });
  const panel = h(
    'section',
    {
      class: 'window',
      attributes: {
        role: floating ? 'dialog' : 'region',
        'aria-label': texts.title,
        tabindex: '-1',
      },
      on: { keydown: onKey, keyup: stay, keypress: stay },
    },
    head.element,
    trouble.element,
    body,
    chips.element,
    composer.element,
    announcer.element,
  );
  const root = h(
    'div',
    {
      class: `root ${parts.kind} ${parts.position}`,
      attributes: { lang: parts.language === 'zh' ? 'zh-CN' : 'en' },
    },
    floating ? bubble.element : null,
    panel,
  );
  shadow.append(root);

  /** At most one drawing per frame, however fast the answer comes. */
  function draw(): void {
    if (frame !== 0 || signal.aborted) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      drawNow();
    });
  }

  function drawNow(): void {
    const { state } = chat;
    panel.hidden = !opened;
    const standby = parts.standby?.() === true;
    root.classList.toggle('standby', standby);
    bubble.element.hidden = opened || (standby && health.trouble === null);
    bubble.show(health.trouble);
    if (!opened) return;
    trouble.show(health.trouble);
    head.name(state.bot?.name || texts.title);
    const atChat = view === 'chat';
    composer.element.hidden = !atChat;
    composer.show(state.answering);
    const beginning = state.messages.length === 0;
    const suggestions = beginning ? (state.bot?.suggestions ?? []) : state.followUps;
    chips.show(atChat && !state.answering ? suggestions : []);
    if (!atChat) return;
    thread.show(state);
    announcer.show(state);
  }

  function send(text: string): void {
    thread.follow();
    chat.send(text);
  }

  /** On a touch screen the focus in the field would bring up a keyboard nobody asked for. */
  function focusField(): void {
    if (matchMedia('(pointer: coarse)').matches) panel.focus();
    else composer.field.focus();
  }

  function to(next: View, ...content: Node[]): void {
    view = next;
    head.show(view);
    body.replaceChildren(...content);
    drawNow();
  }

  function showChat(): void {
    to('chat', ...thread.elements);
    if (opened) focusField();
  }

  function showHistory(): void {
    const list = historyView({
      texts,
      language: parts.language,
      load: chat.conversations,
      current: chat.state.conversationId,
      pick: (id) => void chat.show(id).then(showChat, showChat),
      failed: () => health.checkNow(),
    });
    to('history', list);
    head.focusBack();
  }

  function showSettings(): void {
    if (!settings) return;
    const form = settingsForm({
      texts,
      settings: settings.get(),
      save: settings.save,
      cancel: showChat,
      reset: settings.resetSession,
    });
    to('settings', form);
    form.querySelector('input')?.focus();
  }

  function open(): void {
    opened = true;
    drawNow();
    thread.follow();
    focusField();
  }

  function close(): void {
    opened = false;
    to('chat', ...thread.elements);
    bubble.element.focus();
  }

  /** The page's shortcuts are not meant for what is written here. */
  function stay(event: Event): void {
    event.stopPropagation();
  }

  function onKey(event: KeyboardEvent): void {
    stay(event);
    if (event.key !== 'Escape' || event.isComposing) return;
    if (view !== 'chat') showChat();
    else if (floating) close();
  }

  async function drawIdentity(): Promise<void> {
    head.identity(await parts.identity());
  }

  chat.onChange(draw);
  health.onChange(() => {
    draw();
    void drawIdentity();
  });
  signal.addEventListener(
    'abort',
    () => {
      cancelAnimationFrame(frame);
      root.remove();
    },
    { once: true },
  );
  to('chat', ...thread.elements);
  void drawIdentity();
  return {
    isOpen: () => opened,
    open,
    openSettings() {
      opened = true;
      showSettings();
    },
  };
}
