import DOMPurify, { type Config } from 'dompurify';
import type { TrustedHTML } from 'trusted-types/lib';
import { safeHref } from './links.ts';

/**
 * What a model or a user may put on the page. No id, name or style (clobbering, spoofing), no media
 * (an image address is a beacon), no forms. DOMPurify makes the only Trusted Types policy the CSP
 * admits, under its own name.
 */
const ALLOWED: Config & { RETURN_TRUSTED_TYPE: true } = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'blockquote', 'pre', 'code', 'kbd', 'samp', 'span', 'details', 'summary'],
    ...['strong', 'b', 'em', 'i', 'del', 's', 'u', 'mark', 'sub', 'sup', 'small', 'a'],
    ...['ul', 'ol', 'li', 'input', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'class', 'start', 'type', 'checked', 'disabled', 'align', 'colspan'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_TRUSTED_TYPE: true,
};

const purifier = DOMPurify(window);

purifier.addHook('afterSanitizeAttributes', (element) => {
  const classes = element.getAttribute('class');
  if (classes !== null) {
    const kept = classes
      .split(/\s+/)
      .filter((name) => /^(language-[\w+#.-]+|hljs(-\w+)*)$/.test(name));
    if (kept.length > 0) element.setAttribute('class', kept.join(' '));
    else element.removeAttribute('class');
  }
  if (element.nodeName === 'A') guardLink(element);
  if (element.nodeName === 'INPUT') {
    // The box of a task list; any other kind of input has no business here.
    if (element.getAttribute('type') === 'checkbox') element.setAttribute('disabled', '');
    else element.remove();
  }
});

function guardLink(link: Element): void {
  const href = safeHref(link.getAttribute('href') ?? '');
  if (href === null) {
    link.removeAttribute('href');
    return;
  }
  link.setAttribute('href', href);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
}

/** HTML that is safe to assign under `require-trusted-types-for 'script'`. */
export function sanitize(html: string): TrustedHTML {
  return purifier.sanitize(html, ALLOWED);
}

/** Assigns sanitised HTML; the DOM's typings do not know Trusted Types yet. */
export function setHtml(element: Element, html: TrustedHTML): void {
  element.innerHTML = html as unknown as string;
}
