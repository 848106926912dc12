/**
 * The headers every answer carries. Raw responses (SSE) bypass Hono's middleware, so both take them
 * from here, and a test walks all routes.
 */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};
