/** The settings as a form. */
import type { Texts } from '../i18n/i18n.ts';
import { validSettings, type Settings } from '../settings/settings.ts';
import { h } from './dom.ts';
import { tokenField } from './token-field.ts';

export interface SettingsFormParts {
  texts: Texts;
  settings: Settings;
  save: (changes: Partial<Settings>) => void;
  cancel: () => void;
  reset: () => void;
}

type TextName = 'botId' | 'proxyUrl' | 'brokerUrl' | 'sdkVersion' | 'sdkUrl' | 'apiBase';
type ChoiceName = 'chat' | 'auth' | 'region' | 'position' | 'language';

export function settingsForm(parts: SettingsFormParts): HTMLFormElement {
  const { texts, settings } = parts;
  const inputs = new Map<TextName, HTMLInputElement>();
  const selects = new Map<ChoiceName, HTMLSelectElement>();

  function field(name: TextName, label: string, hint = ''): HTMLElement {
    const id = `zcbot-${name}`;
    const input = h('input', {
      attributes: {
        id,
        type: 'text',
        autocomplete: 'off',
        spellcheck: 'false',
        'aria-describedby': `${id}-hint`,
        ...(name === 'botId' ? { inputmode: 'numeric' } : {}),
      },
    });
    input.value = settings[name];
    inputs.set(name, input);
    const note = h('small', { attributes: { id: `${id}-hint` } }, hint);
    const labelled = h('label', { attributes: { for: id } }, label);
    return h('div', { class: 'field' }, labelled, input, note);
  }

  function choice(name: ChoiceName, label: string, options: [string, string][]): HTMLElement {
    const id = `zcbot-${name}`;
    const select = h(
      'select',
      { attributes: { id }, on: { change: update } },
      ...options.map(([value, text]) => h('option', { attributes: { value } }, text)),
    );
    select.value = settings[name];
    selects.set(name, select);
    return h('div', { class: 'field' }, h('label', { attributes: { for: id } }, label), select);
  }

  const pat = tokenField(texts, settings.pat !== '');
  const debug = h('input', { attributes: { type: 'checkbox', id: 'zcbot-debug' } });
  debug.checked = settings.debug;
  const resetButton = h(
    'button',
    { class: 'button danger', attributes: { type: 'button' }, on: { click: askReset } },
    texts.reset,
  );
  const actions = h(
    'div',
    { class: 'actions' },
    h('button', { class: 'button primary', attributes: { type: 'submit' } }, texts.save),
    h(
      'button',
      { class: 'button', attributes: { type: 'button' }, on: { click: parts.cancel } },
      texts.cancel,
    ),
    resetButton,
  );

  function update(): void {
    pat.element.hidden = selects.get('auth')?.value !== 'own-pat';
  }

  function askReset(): void {
    const yes = h(
      'button',
      { class: 'button danger', attributes: { type: 'button' }, on: { click: parts.reset } },
      texts.reset,
    );
    resetButton.replaceWith(yes);
    actions.before(h('p', { class: 'ask', attributes: { role: 'alert' } }, texts.resetAsk));
    yes.focus();
  }

  function submit(event: Event): void {
    event.preventDefault();
    const given: Record<string, unknown> = { debug: debug.checked };
    for (const [name, select] of selects) given[name] = select.value;
    for (const [name, input] of inputs) given[name] = input.value.trim();
    const token = pat.entered();
    if (token !== undefined) given.pat = token;
    const valid = validSettings(given) as Record<string, unknown>;
    let first: HTMLInputElement | undefined;
    for (const [name, input] of inputs) {
      const fault = name in given && !(name in valid);
      input.setAttribute('aria-invalid', String(fault));
      input.parentElement?.querySelector('.fault')?.remove();
      if (!fault) continue;
      first ??= input;
      input.after(h('small', { class: 'fault' }, texts.invalid));
      input.closest('details')?.setAttribute('open', '');
    }
    if (first) first.focus();
    else parts.save(validSettings(given));
  }

  const form = h(
    'form',
    {
      attributes: { novalidate: true },
      on: { submit },
    },
    field('botId', texts.setBot, texts.setBotHint),
    choice('auth', texts.setAuth, [
      ['jwt', texts.authJwt],
      ['pat', texts.authPat],
      ['own-pat', texts.authOwnPat],
    ]),
    pat.element,
    choice('chat', texts.setChat, [
      ['auto', texts.chatAuto],
      ['sdk', texts.chatSdk],
      ['widget', texts.chatWidget],
    ]),
    choice('position', texts.setPosition, [
      ['bottom-right', texts.bottomRight],
      ['bottom-left', texts.bottomLeft],
      ['top-right', texts.topRight],
      ['top-left', texts.topLeft],
    ]),
    choice('language', texts.setLanguage, [
      ['auto', texts.languageAuto],
      ['zh', '中文'],
      ['en', 'English'],
    ]),
    h(
      'details',
      {},
      h('summary', {}, texts.advanced),
      field('proxyUrl', texts.setProxy),
      field('brokerUrl', texts.setBroker),
      choice('region', texts.setRegion, [
        ['cn', 'coze.cn'],
        ['com', 'coze.com'],
      ]),
      field('sdkVersion', texts.setSdkVersion),
      field('sdkUrl', texts.setSdkUrl, texts.optional),
      field('apiBase', texts.setApiBase, texts.optional),
      h(
        'div',
        { class: 'field check' },
        h('label', { attributes: { for: 'zcbot-debug' } }, debug, texts.setDebug),
      ),
    ),
    actions,
  );
  update();
  return form;
}
