import { GUID } from '@zcbot/protocol/embed';

export interface TokenClaims {
  /** The user the token speaks for, in lower case. */
  subject: string;
  /** Epoch seconds; null when the token names none. */
  expiresAt: number | null;
}

/**
 * Reads the claims of a well-formed JWS compact token (RFC 7515 §7.1: three base64url segments, the
 * first two JSON objects). The signature is the server's business. Null for anything else.
 */
export function readClaims(token: string): TokenClaims | null {
  const segments = token.split('.');
  if (segments.length !== 3 || !segments.every((segment) => /^[\w-]+$/.test(segment))) return null;
  const header = parseSegment(segments[0]!);
  const claims = parseSegment(segments[1]!);
  if (!header || !claims) return null;
  const { sub, exp } = claims;
  if (typeof sub !== 'string' || !GUID.test(sub)) return null;
  return { subject: sub.toLowerCase(), expiresAt: typeof exp === 'number' ? exp : null };
}

function parseSegment(segment: string): Record<string, unknown> | null {
  try {
    const bytes = Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
