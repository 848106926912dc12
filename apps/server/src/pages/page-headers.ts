/** What browsers are told to enforce on each kind of page. */

/** https://w3c.github.io/webappsec-permissions-policy/: features are off unless named here. */
const PERMISSIONS =
  'camera=(), geolocation=(), microphone=(), clipboard-read=(self), clipboard-write=(self)';

const BASE: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': PERMISSIONS,
};

/**
 * For the console. `require-trusted-types-for` makes the DOM refuse strings where it would run
 * them; the one policy allowed is the sanitiser's.
 */
function consolePolicy(frameAncestors: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types dompurify',
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}

export const STANDALONE_HEADERS: Readonly<Record<string, string>> = {
  ...BASE,
  'Content-Security-Policy': consolePolicy("'none'"),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * A parent with `Cross-Origin-Embedder-Policy: require-corp` loads only frames that opt in by both
 * headers. https://html.spec.whatwg.org/multipage/browsers.html#check-a-navigation-response's-adherence-to-its-embedder-policy
 * There is no X-Frame-Options: it cannot name an origin, and would contradict frame-ancestors.
 */
export function embedHeaders(parentOrigin: string): Record<string, string> {
  return {
    ...BASE,
    'Content-Security-Policy': consolePolicy(parentOrigin),
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
}

/** For pages that are complete in themselves: no script, and only the style whose hash is named. */
export function noticeHeaders(styleSource: string, frameAncestors: string): Record<string, string> {
  const framed = frameAncestors !== "'none'";
  return {
    ...BASE,
    'Content-Security-Policy': `default-src 'none'; style-src ${styleSource}; base-uri 'none'; form-action 'none'; frame-ancestors ${frameAncestors}`,
    'Cross-Origin-Resource-Policy': framed ? 'cross-origin' : 'same-origin',
    ...(framed
      ? { 'Cross-Origin-Embedder-Policy': 'require-corp' }
      : { 'Cross-Origin-Opener-Policy': 'same-origin' }),
  };
}
