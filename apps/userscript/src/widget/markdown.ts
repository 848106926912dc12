/**
 * Markdown to elements, straight from the parser's tokens: no HTML in between, hence nothing to
 * sanitise and no Trusted Types sink. HTML in a message shows as the text it is; an image becomes a
 * link, since loading it would tell its server who reads this.
 */
import { Lexer, type MarkedOptions, type Token, type Tokens } from 'marked';
import { h } from './dom.ts';

const OPTIONS: MarkedOptions = { gfm: true, breaks: true };
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

export function markdown(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(new Lexer(OPTIONS).lex(text)));
  return fragment;
}

/** The address a link may keep; null for `javascript:` and its like. */
export function safeHref(href: string): string | null {
  const trimmed = href.trim();
  if (!URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  return SCHEMES.has(url.protocol) ? url.href : null;
}

function blocks(tokens: readonly Token[]): Node[] {
  return tokens.flatMap(block);
}

function block(token: Token): Node[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading': {
      // Under the page's own headings, whatever the message thinks of itself.
      const { depth, tokens } = token as Tokens.Heading;
      return [h(depth <= 2 ? 'h3' : 'h4', {}, ...inlines(tokens))];
    }
    case 'paragraph':
      return [h('p', {}, ...inlines((token as Tokens.Paragraph).tokens))];
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inlines(tokens) : [document.createTextNode(unescape(text))];
    }
    case 'code': {
      const { text, lang = '' } = token as Tokens.Code;
      return [codeBlock(text, /^[\w+#.-]+/.exec(lang)?.[0] ?? '')];
    }
    case 'blockquote':
      return [h('blockquote', {}, ...blocks((token as Tokens.Blockquote).tokens))];
    case 'list':
      return [list(token as Tokens.List)];
    case 'table':
      return [table(token as Tokens.Table)];
    case 'hr':
      return [h('hr')];
    default:
      return [h('p', {}, token.raw.trimEnd())];
  }
}

function list({ ordered, start, items }: Tokens.List): HTMLElement {
  const element = h(ordered ? 'ol' : 'ul');
  if (ordered && typeof start === 'number' && start !== 1) {
    element.setAttribute('start', String(start));
  }
  for (const item of items) {
    const box = item.task
      ? h('input', {
          attributes: { type: 'checkbox', disabled: true, checked: item.checked === true },
        })
      : null;
    element.append(h('li', { class: item.task ? 'task' : '' }, box, ...blocks(item.tokens)));
  }
  return element;
}

function table({ header, rows }: Tokens.Table): HTMLElement {
  const row = (cells: Tokens.TableCell[], tag: 'th' | 'td'): HTMLElement =>
    h('tr', {}, ...cells.map((cell) => h(tag, {}, ...inlines(cell.tokens))));
  return h(
    'div',
    { class: 'table', attributes: { tabindex: '0' } },
    h(
      'table',
      {},
      h('thead', {}, row(header, 'th')),
      h('tbody', {}, ...rows.map((cells) => row(cells, 'td'))),
    ),
  );
}

function codeBlock(text: string, language: string): HTMLElement {
  return h(
    'div',
    { class: 'code' },
    language === '' ? null : h('div', { class: 'code-language' }, language),
    h('pre', { attributes: { tabindex: '0' } }, h('code', {}, text)),
  );
}

function inlines(tokens: readonly Token[] | undefined): Node[] {
  return (tokens ?? []).flatMap(inline);
}

function inline(token: Token): Node[] {
  switch (token.type) {
    case 'strong':
      return [h('strong', {}, ...inlines((token as Tokens.Strong).tokens))];
    case 'em':
      return [h('em', {}, ...inlines((token as Tokens.Em).tokens))];
    case 'del':
      return [h('del', {}, ...inlines((token as Tokens.Del).tokens))];
    case 'codespan':
      return [h('code', {}, (token as Tokens.Codespan).text)];
    case 'br':
      return [h('br')];
    case 'link': {
      const { href, tokens } = token as Tokens.Link;
      return [link(href, inlines(tokens))];
    }
    case 'image': {
      const { href, text } = token as Tokens.Image;
      return [link(href, [document.createTextNode(text || href)])];
    }
    case 'escape':
      return [document.createTextNode((token as Tokens.Escape).text)];
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inlines(tokens) : [document.createTextNode(unescape(text))];
    }
    default:
      return [document.createTextNode(token.raw)];
  }
}

function link(href: string, children: Node[]): Node {
  const address = safeHref(href);
  if (address === null) return h('span', {}, ...children);
  const attributes = { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' };
  return h('a', { attributes }, ...children);
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** The few entities models write; the rest stays as written. */
function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => ENTITIES[name]!);
}
