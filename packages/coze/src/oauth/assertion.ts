/**
 * The JWT that asks for a token (RFC 7523 §2.1 with Coze's claims; docs: oauth_jwt).
 * One assertion, one token: Coze remembers every `jti`.
 */
import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import type { JwtCredentials } from '../credentials/credentials.ts';
import type { SessionIdentity } from '../tokens/token-types.ts';

/** The longest Coze's own SDKs use is 3600; the docs' sample has this. */
export const ASSERTION_LIFE_SECONDS = 600;

/** Signs on the thread pool, not on the event loop. */
export function signAssertion(
  credentials: JwtCredentials,
  identity: SessionIdentity,
  nowMs: number,
): Promise<string> {
  // A second early: clocks that agree within one must not make it a date in Coze's future.
  const issuedAt = Math.floor(nowMs / 1000) - 1;
  const { sessionName, sessionContext } = identity;
  return new SignJWT({
    ...(sessionName !== undefined && { session_name: sessionName }),
    ...(sessionContext !== undefined && { session_context: sessionContext }),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: credentials.publicKeyId })
    .setIssuer(credentials.clientId)
    .setAudience(new URL(credentials.apiBase).host)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_LIFE_SECONDS)
    .setJti(randomBytes(32).toString('base64url'))
    .sign(credentials.privateKey);
}
