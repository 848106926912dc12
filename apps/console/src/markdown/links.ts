const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/**
 * The address a link may keep: absolute http, https or mailto. Null for everything else, among it
 * `javascript:` and `data:` in whatever disguise, since the URL parser sees what a click would.
 */
export function safeHref(href: string): string | null {
  const trimmed = href.trim();
  if (!URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  return SCHEMES.has(url.protocol) ? url.href : null;
}
