/** What is wrong, what to do about it, and when it is looked at again. */
import type { Cause } from '../coze-calls/call-error.ts';
import type { Trouble } from '../health/health.ts';
import type { Texts } from '../i18n/i18n.ts';
import { h, icon } from './dom.ts';

export interface TroubleActions {
  tryNow: () => void;
  /** Undefined where there are no settings or no install page. */
  openSettings?: () => void;
  openInstallPage?: () => void;
  useWidget?: () => void;
}

/** A setting may be what is wrong. */
const IN_SETTINGS = new Set<Cause>([
  'bot_missing',
  'bot_unknown',
  'broker_down',
  'pat_missing',
  'port_taken',
  'proxy_down',
]);

export interface TroublePanel {
  element: HTMLElement;
  show(trouble: Trouble | null): void;
}

export function createTroublePanel(
  texts: Texts,
  actions: TroubleActions,
  signal: AbortSignal,
): TroublePanel {
  const element = h('div', { attributes: { role: 'status' } });
  // Not read out every second.
  const countdown = h('span', { class: 'small', attributes: { 'aria-hidden': 'true' } });
  let retryAt: number | null = null;
  let shown = '';

  const tick = (): void => {
    if (retryAt === null) return;
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    countdown.textContent = seconds > 0 ? texts.nextTry(seconds) : texts.checking;
  };
  const timer = setInterval(tick, 1_000);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });

  const button = (label: string, press: () => void): HTMLElement =>
    h('button', { class: 'button', attributes: { type: 'button' }, on: { click: press } }, label);

  return {
    element,
    show(trouble) {
      retryAt = trouble?.retryAt ?? null;
      const { cause, detail, logid } = trouble ?? {};
      const wanted = JSON.stringify([cause, detail, logid, retryAt === null]);
      tick();
      // The same again keeps its buttons, and with them the focus; nothing is announced twice.
      if (wanted === shown) return;
      shown = wanted;
      element.replaceChildren();
      if (cause === undefined) return;
      const [title, remedy] = texts.trouble[cause];
      element.append(
        h(
          'div',
          { class: 'trouble', attributes: { 'data-cause': cause } },
          icon('warning'),
          h(
            'div',
            {},
            h('strong', {}, title),
            h('p', {}, remedy),
            detail ? h('p', { class: 'small' }, detail) : null,
            logid ? h('p', { class: 'small' }, `${texts.supportId}: ${logid}`) : null,
            h(
              'div',
              { class: 'trouble-actions' },
              actions.openSettings && IN_SETTINGS.has(cause)
                ? button(texts.openSettings, actions.openSettings)
                : null,
              actions.openInstallPage && cause === 'pairing_refused'
                ? button(texts.installPage, actions.openInstallPage)
                : null,
              actions.useWidget && cause === 'sdk_blocked'
                ? button(texts.useWidget, actions.useWidget)
                : null,
              retryAt === null ? null : button(texts.tryNow, actions.tryNow),
              countdown,
            ),
          ),
        ),
      );
    },
  };
}
