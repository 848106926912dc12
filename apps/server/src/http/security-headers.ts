/**
 * The headers every answer carries unless it says otherwise. The response itself adds them, so that
 * streams and refusals, which bypass Hono, carry them too. Names are in lower case, to be merged.
 */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
