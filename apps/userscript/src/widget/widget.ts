/**
 * The chat window and what its parts do to each other. Floating: a round button that opens it.
 * Filling: always open, as large as its place.
 */
import type { Chat } from '../chat/chat.ts';
import type { Health } from '../health/health.ts';
import type { Settings } from '../settings/settings.ts';
import { createAnnouncer } from './announcer.ts';
import { createBubble } from './bubble.ts';
import { createChips } from './chips.ts';
import { createComposer } from './composer.ts';
import { h } from './dom.ts';
import { createFrame, type FrameParts } from './frame.ts';
import { createHead, type View } from './head.ts';
import { historyView } from './history.ts';
import { settingsForm } from './settings-form.ts';
import { createThread } from './thread.ts';
import { createTroublePanel } from './trouble-panel.ts';

export interface WidgetParts extends FrameParts {
  chat: Chat;
  health: Health;
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

  let view: View = 'chat';
  let opened = !floating;
  let drawing = 0;

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
  const contents = [
    head.element,
    trouble.element,
    body,
    chips.element,
    composer.element,
    announcer.element,
  ];
  const frame = createFrame(parts, bubble, contents, escape);

  /** At most one drawing per frame, however fast the answer comes. */
  function draw(): void {
    if (drawing !== 0 || signal.aborted) return;
    drawing = requestAnimationFrame(() => {
      drawing = 0;
      drawNow();
    });
  }

  function drawNow(): void {
    const { state } = chat;
    frame.show({ opened, standby: parts.standby?.() === true, trouble: health.trouble });
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
    if (matchMedia('(pointer: coarse)').matches) frame.window.focus();
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

  function escape(): void {
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
      cancelAnimationFrame(drawing);
      frame.remove();
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
