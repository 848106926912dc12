/**
 * The chat window, in a closed shadow root. Floating: a round button that opens it. Filling: always
 * open, as large as its place.
 */
import type { Chat } from '../chat/chat.ts';
import type { Health } from '../health/health.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import type { Position, Settings } from '../settings/settings.ts';
import { createComposer } from './composer.ts';
import { h, icon, iconButton } from './dom.ts';
import { historyList } from './history.ts';
import { markdown } from './markdown.ts';
import { createMessageList } from './messages.ts';
import { settingsForm } from './settings-form.ts';
import { createTroublePanel } from './trouble-panel.ts';
import css from './widget.css?inline';

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

/** Nearer to the end than this (in pixels), the view follows what comes. */
const FOLLOW_PX = 48;

export function createWidget(parts: WidgetParts): Widget {
  const { chat, health, texts, signal } = parts;
  const shadow = parts.host.attachShadow({ mode: 'closed' });
  addStyles(shadow);
  if (parts.kind === 'filling') parts.host.style.height = 'max(22rem, calc(100dvh - 11.5rem))';

  let view: 'chat' | 'history' | 'settings' = 'chat';
  let opened = parts.kind === 'filling';
  let following = true;
  let frame = 0;

  const title = h('h2', {}, texts.title);
  const who = h('div', { class: 'who' });
  const head = h('header', { class: 'head' });
  const messages = createMessageList(texts, (key) => chat.retry(key));
  const empty = h('div', { class: 'empty' });
  const announcer = h('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  const thread = h('div', { class: 'thread' }, empty, messages.element);
  const scroller = h(
    'div',
    {
      class: 'scroller',
      attributes: { tabindex: '0', role: 'log', 'aria-label': texts.messages, 'aria-live': 'off' },
      on: { scroll: onScroll },
    },
    thread,
  );
  const toLatest = iconButton('down', texts.latest, follow, 'icon-button to-latest');
  const chips = h('div', {
    class: 'chips',
    attributes: { role: 'group', 'aria-label': texts.suggestions },
  });
  const composer = createComposer(texts, {
    send: (text) => {
      follow();
      chat.send(text);
    },
    stop: () => chat.stop(),
  });
  const settings = parts.settings;
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
  const body = h('div', { class: 'body' });
  const panel = h(
    'section',
    {
      class: 'window',
      attributes: {
        role: parts.kind === 'floating' ? 'dialog' : 'region',
        'aria-label': texts.title,
      },
      on: { keydown: onKey },
    },
    head,
    trouble.element,
    body,
    chips,
    composer.element,
    announcer,
  );
  const badge = h('span', { class: 'badge' });
  const bubble = h(
    'button',
    {
      class: 'bubble-button',
      attributes: { type: 'button', 'aria-label': texts.open, title: texts.open },
      on: { click: open },
    },
    icon('chat'),
    badge,
  );
  const root = h(
    'div',
    {
      class: `root ${parts.kind} ${parts.position}`,
      attributes: { lang: parts.language === 'zh' ? 'zh-CN' : 'en' },
    },
    parts.kind === 'floating' ? bubble : null,
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
    bubble.hidden = opened || (standby && health.trouble === null);
    badge.hidden = health.trouble === null;
    if (!opened) return;
    trouble.show(health.trouble);
    title.textContent = state.bot?.name || texts.title;
    const atChat = view === 'chat';
    composer.element.hidden = !atChat;
    composer.show(state.answering);
    if (!atChat) {
      chips.hidden = true;
      return;
    }
    messages.show(state.messages);
    drawEmpty();
    const suggestions =
      state.messages.length === 0 ? (state.bot?.suggestions ?? []) : state.followUps;
    drawChips(state.answering ? [] : suggestions);
    if (following) scroller.scrollTop = scroller.scrollHeight;
    onScroll();
    announce();
  }

  function drawEmpty(): void {
    const { bot, messages: said, loading } = chat.state;
    empty.hidden = said.length > 0;
    if (said.length > 0) return;
    if (loading && !bot) {
      empty.replaceChildren(h('p', {}, `${texts.loading}…`));
      delete empty.dataset.shown;
      return;
    }
    const shown = `${bot?.prologue ?? ''}\n${bot?.description ?? ''}`;
    if (empty.dataset.shown === shown) return;
    empty.dataset.shown = shown;
    const prologue = h('div', { class: 'markdown' });
    prologue.append(markdown(bot?.prologue ?? ''));
    empty.replaceChildren(
      ...(bot?.prologue
        ? [prologue]
        : [h('h3', {}, texts.greeting), h('p', {}, bot?.description ?? '')]),
    );
  }

  function drawChips(suggestions: readonly string[]): void {
    const shown = Array.from(chips.children, (chip) => chip.textContent);
    chips.hidden = suggestions.length === 0;
    if (shown.join('\n') === suggestions.join('\n')) return;
    chips.replaceChildren(
      ...suggestions.map((text) =>
        h(
          'button',
          {
            class: 'chip',
            attributes: { type: 'button' },
            on: {
              click: () => {
                chat.send(text);
                composer.field.focus();
              },
            },
          },
          text,
        ),
      ),
    );
  }

  /** A screen reader hears a finished answer once, not every word on its way. */
  let announced: number | null = null;
  function announce(): void {
    const last = chat.state.messages.at(-1);
    if (last?.role !== 'assistant' || chat.state.answering || announced === last.key) return;
    if (announced !== null || last.status !== 'complete') announcer.textContent = last.text;
    announced = last.key;
  }

  function drawHead(): void {
    head.replaceChildren();
    head.classList.toggle('sub', view !== 'chat');
    if (view !== 'chat') {
      const heading = view === 'history' ? texts.history : texts.settings;
      head.append(
        iconButton('back', texts.back, showChat),
        h('div', { class: 'head-text' }, h('h2', {}, heading)),
      );
    } else {
      head.append(
        h('div', { class: 'head-text' }, title, who),
        iconButton('plus', texts.newConversation, () => {
          chat.startOver();
          composer.field.focus();
        }),
        iconButton('clock', texts.history, () => void showHistory()),
        ...(settings ? [iconButton('settings', texts.settings, showSettings)] : []),
      );
    }
    if (parts.kind === 'floating') head.append(iconButton('close', texts.close, close));
  }

  function showChat(): void {
    view = 'chat';
    drawHead();
    body.replaceChildren(scroller, toLatest);
    drawNow();
    if (opened && parts.kind === 'floating') composer.field.focus();
  }

  async function showHistory(): Promise<void> {
    view = 'history';
    drawHead();
    body.replaceChildren(h('p', { class: 'note' }, `${texts.loading}…`));
    drawNow();
    let list: HTMLElement;
    try {
      list = historyList({
        texts,
        language: parts.language,
        conversations: await chat.conversations(),
        current: chat.state.conversationId,
        pick: (id) => {
          void chat.show(id).then(showChat, showChat);
        },
      });
    } catch {
      health.checkNow();
      list = h('p', { class: 'note' }, texts.cut);
    }
    if (view === 'history') body.replaceChildren(list);
  }

  function showSettings(): void {
    if (!settings) return;
    view = 'settings';
    drawHead();
    body.replaceChildren(
      settingsForm({
        texts,
        settings: settings.get(),
        save: settings.save,
        cancel: showChat,
        reset: settings.resetSession,
      }),
    );
    drawNow();
    body.querySelector('input')?.focus();
  }

  function open(): void {
    opened = true;
    following = true;
    drawNow();
    composer.field.focus();
  }

  function close(): void {
    opened = false;
    if (view !== 'chat') showChat();
    drawNow();
    bubble.focus();
  }

  function follow(): void {
    following = true;
    scroller.scrollTop = scroller.scrollHeight;
    onScroll();
  }

  function onScroll(): void {
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    following = below < FOLLOW_PX;
    toLatest.hidden = following;
  }

  function onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key !== 'Escape' || event.isComposing) return;
    if (view !== 'chat') showChat();
    else if (parts.kind === 'floating') close();
  }

  async function drawIdentity(): Promise<void> {
    const { text, warn } = await parts.identity();
    who.textContent = text;
    who.title = text;
    who.classList.toggle('warn', warn);
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
  showChat();
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

/** A constructed sheet needs no permission from the page's style-src; old browsers get an element. */
function addStyles(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(h('style', {}, css));
  }
}
