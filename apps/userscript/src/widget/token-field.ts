import type { Texts } from '../i18n/i18n.ts';
import { validSettings } from '../settings/settings.ts';
import { h } from './dom.ts';

export interface TokenField {
  element: HTMLElement;
  /** What was entered; undefined when the stored one stays. */
  entered(): string | undefined;
}

/**
 * A personal access token is asked for in the browser's own window: keys and what is pasted pass
 * through the page's document, shadow root or not, and the page can listen. Shown masked only, and
 * a stored one is never put back.
 */
export function tokenField(texts: Texts, stored: boolean): TokenField {
  let token: string | undefined;
  const mask = h('span', { class: 'mask' }, stored ? '••••••••' : '');
  const fault = h('small', { class: 'fault', attributes: { role: 'alert' } });
  const ask = h(
    'button',
    {
      class: 'button',
      attributes: { type: 'button', 'aria-describedby': 'zcbot-pat-hint' },
      on: { click: enter },
    },
    texts.enterPat,
  );

  function enter(): void {
    const given = prompt(texts.setPat)?.trim();
    if (!given) return;
    const valid = validSettings({ pat: given }).pat !== undefined;
    fault.textContent = valid ? '' : texts.invalid;
    if (!valid) return;
    token = given;
    mask.textContent = '••••••••';
  }

  return {
    element: h(
      'div',
      { class: 'field', attributes: { role: 'group', 'aria-labelledby': 'zcbot-pat' } },
      h('div', { class: 'label', attributes: { id: 'zcbot-pat' } }, texts.setPat),
      h('div', { class: 'token' }, ask, mask),
      fault,
      h('small', { attributes: { id: 'zcbot-pat-hint' } }, texts.setPatHint),
    ),
    entered: () => token,
  };
}
