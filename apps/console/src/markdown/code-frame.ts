import { t } from '../i18n/i18n.ts';
import { copyText } from '../ui/clipboard.ts';
import { highlight } from './highlight.ts';
import { setHtml } from './sanitize.ts';

const COPIED_MS = 2000;

/** A framed block of code with its language and a copy button, built without any HTML text. */
export class CodeFrame {
  readonly element = document.createElement('figure');
  readonly #code = document.createElement('code');
  readonly #text = document.createTextNode('');
  readonly #language: string;
  #coloured = false;

  constructor(language: string) {
    this.#language = language;
    this.element.className = 'code';
    const header = document.createElement('figcaption');
    const name = document.createElement('span');
    name.textContent = language || t('chat.code');
    header.append(name, this.#copyButton());
    const pre = document.createElement('pre');
    // Wide code scrolls sideways, and must do so from the keyboard as well.
    pre.tabIndex = 0;
    if (language) this.#code.className = `language-${language}`;
    this.#code.append(this.#text);
    pre.append(this.#code);
    this.element.append(header, pre);
  }

  /** @param closed nothing follows: it may be coloured. */
  show(code: string, closed: boolean): void {
    if (this.#coloured && this.#code.textContent !== code) {
      this.#code.replaceChildren(this.#text);
      this.#coloured = false;
    }
    if (!this.#coloured) this.#append(code);
    if (closed && !this.#coloured && this.#language) void this.#colour(code);
  }

  #append(code: string): void {
    const before = this.#text.data;
    if (code === before) return;
    if (code.startsWith(before)) this.#text.appendData(code.slice(before.length));
    else this.#text.data = code;
  }

  async #colour(code: string): Promise<void> {
    // Without its grammar (offline, an old page after an update) code is readable all the same.
    const html = await highlight(code, this.#language).catch(() => null);
    if (html === null || this.#coloured || this.#text.data !== code) return;
    setHtml(this.#code, html);
    this.#coloured = true;
  }

  #copyButton(): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'code-copy';
    button.textContent = t('chat.copy');
    button.addEventListener('click', () => {
      void copyText(this.#code.textContent ?? '').then((copied) => {
        button.textContent = t(copied ? 'chat.copied' : 'chat.copy.failed');
        setTimeout(() => (button.textContent = t('chat.copy')), COPIED_MS);
      });
    });
    return button;
  }
}
