/**
 * The headers every answer carries unless it says otherwise. They are set on the raw response before
 * anything else happens, so that streams and refusals, which bypass Hono, carry them too.
 */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};
