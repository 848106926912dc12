import { Lexer, Marked, Parser, type Token, type Tokens } from 'marked';
import { healTail } from './heal.ts';
import { safeHref } from './links.ts';

/** One top-level piece of a message: code gets its own frame, everything else is HTML. */
export type Block =
  | { kind: 'code'; code: string; language: string; closed: boolean }
  | { kind: 'html'; html: string };

/** Tags without attributes that answers use where Markdown has no mark of its own. */
const PLAIN_TAG =
  /(<\/?(?:br|hr|sub|sup|kbd|mark|samp|small|u|s|del|b|i|em|strong|details|summary)\s*\/?>)/i;

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // A message stands under the page's own headings.
    heading({ tokens, depth }) {
      const level = Math.min(depth + 1, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    // Raw HTML is shown as it was written, but for a few plain marks. The sanitiser would drop the
    // rest without a trace, and "put a <div> around it" would lose its point.
    html({ text }) {
      return text
        .split(PLAIN_TAG)
        .map((piece, index) => (index % 2 === 1 ? piece : escapeHtml(piece)))
        .join('');
    },
    // Loading a foreign image tells its server who reads this, and when.
    image({ href, text }) {
      const label = escapeHtml(text || href);
      return safeHref(href) === null ? label : `<a href="${escapeHtml(href)}">${label}</a>`;
    },
  },
});

/**
 * Cuts Markdown into blocks and remembers them: while a text grows, settled blocks (all but the
 * last) are neither read nor rendered again.
 */
export class BlockReader {
  #settledText = '';
  #settled: Block[] = [];

  /** @param final nothing will follow: the whole text is read once more, link definitions included. */
  read(written: string, final: boolean): readonly Block[] {
    // The lexer does the same, and settled text is compared with what it saw.
    const text = written.includes('\r') ? written.replace(/\r\n?/g, '\n') : written;
    if (final) {
      this.#settledText = '';
      this.#settled = [];
      return lex(text)
        .filter(isVisible)
        .map((token) => render(token, true));
    }
    if (!text.startsWith(this.#settledText)) {
      this.#settledText = '';
      this.#settled = [];
    }
    const tokens = lex(text.slice(this.#settledText.length));
    const last = tokens.findLastIndex(isVisible);
    for (const token of tokens.slice(0, Math.max(last, 0))) {
      this.#settledText += token.raw;
      if (isVisible(token)) this.#settled.push(render(token, true));
    }
    const tail = tokens[last];
    return tail ? [...this.#settled, render(tail, false)] : [...this.#settled];
  }
}

function lex(text: string): Token[] {
  return new Lexer(marked.defaults).lex(text);
}

/** Blank lines and link definitions show nothing. */
function isVisible({ type }: Token): boolean {
  return type !== 'space' && type !== 'def';
}

function render(token: Token, settled: boolean): Block {
  if (token.type === 'code') {
    const { raw, text, lang = '' } = token as Tokens.Code;
    return {
      kind: 'code',
      code: text,
      language: languageName(lang),
      closed: settled || isClosed(raw),
    };
  }
  const source = settled ? token : healed(token);
  return {
    kind: 'html',
    html: Parser.parse(Array.isArray(source) ? source : [source], marked.defaults),
  };
}

/** The tail once more, with its open ends completed; block structure may change with them. */
function healed(token: Token): Token | Token[] {
  const completed = healTail(token.raw);
  return completed === token.raw ? token : lex(completed);
}

function isClosed(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  return fence !== undefined && new RegExp(`\\n {0,3}${fence}[${fence[0]}]*\\s*$`).test(raw);
}

/** First word of the info string, as it goes into a class name. */
export function languageName(info: string): string {
  return /^[\w+#.-]+/.exec(info.trim())?.[0].toLowerCase() ?? '';
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
