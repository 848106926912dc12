import type { Texts } from '../i18n/i18n.ts';
import { h, icon } from './dom.ts';

/** Safari ends a composition just before the Enter that confirmed it. */
const AFTER_COMPOSITION_MS = 100;

export interface Composer {
  element: HTMLElement;
  field: HTMLTextAreaElement;
  /** `answering` turns Send into Stop; what is written stays. */
  show(answering: boolean): void;
}

export function createComposer(
  texts: Texts,
  actions: { send: (text: string) => void; stop: () => void },
): Composer {
  let answering = false;
  let composedAt = Number.NEGATIVE_INFINITY;

  const field = h('textarea', {
    attributes: {
      rows: '1',
      placeholder: texts.placeholder,
      'aria-label': texts.placeholder,
      maxlength: '20000',
      enterkeyhint: 'send',
    },
    on: {
      input: update,
      compositionend: (event) => (composedAt = event.timeStamp),
      keydown: (event) => {
        if (event.key !== 'Enter' || event.shiftKey || composing(event)) return;
        event.preventDefault();
        submit();
      },
    },
  });
  const press = h('button', {
    class: 'send',
    attributes: { type: 'button' },
    on: { click: () => (answering ? actions.stop() : submit()) },
  });
  const element = h(
    'div',
    { class: 'composer' },
    h('div', { class: 'composer-box' }, field, press),
  );

  function composing(event: KeyboardEvent): boolean {
    const late = event.timeStamp - composedAt < AFTER_COMPOSITION_MS;
    return event.isComposing || event.keyCode === 229 || late;
  }

  function submit(): void {
    if (answering || field.value.trim() === '') return;
    actions.send(field.value);
    field.value = '';
    update();
  }

  function update(): void {
    // For browsers without `field-sizing: content`.
    if (!CSS.supports('field-sizing', 'content')) {
      field.style.height = 'auto';
      field.style.height = `${field.scrollHeight}px`;
    }
    const empty = field.value.trim() === '';
    press.setAttribute('aria-disabled', String(!answering && empty));
    const label = answering ? texts.stop : texts.send;
    press.setAttribute('aria-label', label);
    press.title = label;
    press.replaceChildren(icon(answering ? 'stop' : 'send'));
  }

  update();
  return {
    element,
    field,
    show(now) {
      if (now === answering) return;
      answering = now;
      update();
    },
  };
}
