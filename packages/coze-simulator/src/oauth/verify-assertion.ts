/**
 * Judges an assertion as Coze's documentation describes it (docs: oauth_jwt), as strictly as it can
 * be read: a client that passes here has nothing left to get wrong.
 *
 *   1. JWS header: alg RS256 and nothing else, typ JWT, kid of a registered key.
 *   2. Signature by that key.
 *   3. iss: the app the key belongs to. aud: the API's host, without scheme or path.
 *   4. iat: not in the future. exp: after iat and after now, at most a day after iat.
 *   5. jti: at least 16 characters, never seen before from this app.
 *   6. session_name or session_context, not both.
 */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { SimulatedAuthError } from '../server/simulated-error.ts';
import type { Apps } from './apps.ts';

const LONGEST_SECONDS = 86_400;
const SHORTEST_JTI = 16;
const LONGEST_SESSION_NAME = 512;

const Claims = z.looseObject({
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(SHORTEST_JTI, `jti must have at least ${SHORTEST_JTI} characters`),
  session_name: z.string().min(1).max(LONGEST_SESSION_NAME).optional(),
  session_context: z
    .object({
      device_info: z.object({
        device_id: z.string().optional(),
        custom_consumer: z.string().optional(),
      }),
    })
    .optional(),
});

export interface VerifiedAssertion {
  clientId: string;
  sessionName: string | null;
}

export interface AssertionJudge {
  apps: Apps;
  /** Hosts accepted as `aud`. */
  audiences: string[];
  /** Every jti accepted so far, with its app and the end of its assertion in epoch seconds. */
  seenJtis: Map<string, number>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** @throws SimulatedAuthError, its message saying what is wrong */
export async function verifyAssertion(
  assertion: string,
  { apps, audiences, seenJtis, now }: AssertionJudge,
): Promise<VerifiedAssertion> {
  const header = headerOf(assertion);
  if (header.alg !== 'RS256') throw refused(`alg must be RS256, not ${String(header.alg)}`);
  if (header.typ !== 'JWT') throw refused('typ must be JWT');
  const key = typeof header.kid === 'string' ? apps.findKey(header.kid) : undefined;
  if (!key) throw refused('kid is not the fingerprint of a registered public key');
  const claims = readClaims(await payloadOf(assertion, key, audiences, now()));

  const nowSeconds = Math.floor(now() / 1000);
  if (claims.iat > nowSeconds) throw refused('iat lies in the future');
  if (claims.exp <= claims.iat) throw refused('exp must be after iat');
  if (claims.exp - claims.iat > LONGEST_SECONDS) throw refused('exp is more than a day after iat');
  if (claims.session_name !== undefined && claims.session_context !== undefined) {
    throw new SimulatedAuthError(
      'invalid_request',
      'invalid request: session_name and session_context',
    );
  }
  for (const [seen, end] of seenJtis) if (end <= nowSeconds) seenJtis.delete(seen);
  const jti = JSON.stringify([key.clientId, claims.jti]);
  if (seenJtis.has(jti)) throw refused('jti was used before; sign a new assertion for every token');
  seenJtis.set(jti, claims.exp);
  return { clientId: key.clientId, sessionName: claims.session_name ?? null };
}

function headerOf(assertion: string): { alg?: unknown; typ?: unknown; kid?: unknown } {
  if (assertion === '') throw refused('verify jwt empty error');
  try {
    return decodeProtectedHeader(assertion);
  } catch {
    throw refused('the bearer is not a JWT');
  }
}

async function payloadOf(
  assertion: string,
  key: { clientId: string; publicKey: Parameters<typeof jwtVerify>[1] },
  audiences: string[],
  now: number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(assertion, key.publicKey, {
      algorithms: ['RS256'],
      issuer: key.clientId,
      currentDate: new Date(now),
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti'],
    });
    // jose would also take a list that contains the host; Coze documents one host.
    if (typeof payload.aud !== 'string' || !audiences.includes(payload.aud)) {
      throw refused(`aud must be the API's host without scheme, one of ${audiences.join(', ')}`);
    }
    return payload;
  } catch (error) {
    if (error instanceof SimulatedAuthError) throw error;
    throw refused(error instanceof errors.JOSEError ? error.message : 'the assertion is damaged');
  }
}

function readClaims(payload: JWTPayload): z.infer<typeof Claims> {
  const result = Claims.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refused(`${issue?.path.join('.') ?? 'claims'}: ${issue?.message ?? 'invalid'}`);
}

/** Coze gives no reason; a simulator may. */
function refused(reason: string): SimulatedAuthError {
  return new SimulatedAuthError('invalid_client', `simulator: ${reason}`);
}
