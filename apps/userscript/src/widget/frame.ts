/** The closed shadow root with the window in it and, where it floats, the button that opens it. */
import type { Trouble } from '../health/health.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import type { Position } from '../settings/settings.ts';
import type { Bubble } from './bubble.ts';
import { h } from './dom.ts';
import { addStyles } from './styles.ts';

export interface FrameParts {
  /** What the shadow root is attached to; it is in the page already. */
  host: HTMLElement;
  kind: 'floating' | 'filling';
  position: Position;
  language: Language;
  texts: Texts;
}

export interface Frame {
  window: HTMLElement;
  /** @param standby somebody else does the chatting: the button shows only when something is wrong */
  show(state: { opened: boolean; standby: boolean; trouble: Trouble | null }): void;
  remove(): void;
}

export function createFrame(
  parts: FrameParts,
  bubble: Bubble,
  contents: readonly HTMLElement[],
  escape: () => void,
): Frame {
  const floating = parts.kind === 'floating';
  const shadow = parts.host.attachShadow({ mode: 'closed' });
  addStyles(shadow);
  if (!floating) parts.host.style.height = 'max(22rem, calc(100dvh - 11.5rem))';

  /** The page's shortcuts are not meant for what is written here. */
  const stay = (event: Event): void => event.stopPropagation();
  const onKey = (event: KeyboardEvent): void => {
    stay(event);
    if (event.key === 'Escape' && !event.isComposing) escape();
  };
  const role = floating ? 'dialog' : 'region';
  const window = h(
    'section',
    {
      class: 'window',
      attributes: { role, 'aria-label': parts.texts.title, tabindex: '-1' },
      on: { keydown: onKey, keyup: stay, keypress: stay },
    },
    ...contents,
  );
  const root = h(
    'div',
    {
      class: `root ${parts.kind} ${parts.position}`,
      attributes: { lang: parts.language === 'zh' ? 'zh-CN' : 'en' },
    },
    floating ? bubble.element : null,
    window,
  );
  shadow.append(root);

  return {
    window,
    show({ opened, standby, trouble }) {
      window.hidden = !opened;
      root.classList.toggle('standby', standby);
      bubble.element.hidden = opened || (standby && trouble === null);
      bubble.show(trouble);
    },
    remove: () => root.remove(),
  };
}
