/**
 * User tokens: JWT, HS256 and nothing else (RFC 8725 §3.1), `iss`, `aud`, `exp`, `sub`, `jti`
 * required. `gen` is the user's token generation; raising it ends all of the user's tokens.
 */
import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { GUID } from '@zcbot/protocol/embed';
import { ProblemError } from '../http/problem.ts';

const ISSUER = 'zcbot';
const AUDIENCE = 'zcbot-console';

export interface TokenClaims {
  userId: string;
  tokenId: string;
  generation: number;
  /** Epoch seconds. */
  expiresAt: number;
}

export interface Tokens {
  sign(user: { id: string; generation: number }): Promise<{ token: string; expiresAt: number }>;
  /** @throws ProblemError `token_expired`, or `unauthenticated` for anything else that is wrong. */
  verify(token: string): Promise<TokenClaims>;
}

export function createTokens(options: {
  secret: string;
  /** The secret before the last rotation: still verifies, never signs. */
  previousSecret?: string | undefined;
  ttlSeconds: number;
  /** Epoch milliseconds. */
  now?: () => number;
}): Tokens {
  const now = options.now ?? Date.now;
  const keys = Promise.all(
    [options.secret, options.previousSecret]
      .filter((secret) => secret !== undefined)
      .map(importKey),
  );

  return {
    async sign({ id, generation }) {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + options.ttlSeconds;
      const token = await new SignJWT({ gen: generation })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(id)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign((await keys)[0]!);
      return { token, expiresAt };
    },

    async verify(token) {
      for (const key of await keys) {
        try {
          return readClaims(await verifyWith(key, token, now()));
        } catch (error) {
          if (error instanceof errors.JWSSignatureVerificationFailed) continue;
          throw refusal(error);
        }
      }
      throw refusal();
    },
  };
}

/** Once: given bare bytes, jose would do it for every token, and take twice as long. */
function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}

async function verifyWith(key: CryptoKey, token: string, nowMs: number) {
  const { payload } = await jwtVerify(token, key, {
    algorithms: ['HS256'],
    typ: 'JWT',
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'sub', 'jti', 'iat', 'gen'],
    currentDate: new Date(nowMs),
  });
  return payload;
}

function readClaims(payload: Record<string, unknown>): TokenClaims {
  const { sub, jti, gen, exp } = payload;
  const wellFormed =
    typeof sub === 'string' &&
    GUID.test(sub) &&
    typeof jti === 'string' &&
    jti.length <= 64 &&
    typeof gen === 'number' &&
    typeof exp === 'number';
  if (!wellFormed) throw refusal();
  return { userId: sub.toLowerCase(), tokenId: jti, generation: gen, expiresAt: exp };
}

function refusal(cause?: unknown): ProblemError {
  if (cause instanceof ProblemError) return cause;
  if (cause instanceof errors.JWTExpired) {
    return new ProblemError('token_expired', 'The token has expired. Sign in again.');
  }
  return new ProblemError('unauthenticated', 'The token is not valid. Sign in again.');
}
