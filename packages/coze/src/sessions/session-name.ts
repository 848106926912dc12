/**
 * The session name sent to Coze: HMAC-SHA-256(secret, kind ‖ caller ‖ name).
 *
 *   1. Nobody who lacks the secret can form, or guess, the name of somebody else's session.
 *   2. The kind keeps the doors apart: a name asked for at the broker (`install`, `loopback`) is
 *      never the one of a console user (`console`).
 *   3. Each field is preceded by its length, so no two different triples give the same input:
 *      ("ab", "c") is not ("a", "bc").
 *   4. Names are compared as they are; no case folding, no Unicode normalisation.
 *
 * Coze passes the string through and shows it nowhere; opaque is what its docs ask for.
 */
import { createHmac, createSecretKey } from 'node:crypto';

export const SESSION_KINDS = ['console', 'install', 'loopback'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

export const MIN_SECRET_BYTES = 32;
/** In UTF-16 code units; what a caller may send as a name. */
export const MAX_NAME_LENGTH = 512;

const DOMAIN = 'zcbot/coze-session/1';

export type DeriveSessionName = (kind: SessionKind, caller: string, name: string) => string;

/**
 * @returns a function that gives 43 characters of base64url (256 bits). It throws RangeError for an
 *   unknown kind, a name that is empty or longer than 512, or text with lone surrogates (two of
 *   those would encode the same).
 * @param secret Losing it loses every history.
 * @throws RangeError for a secret under 32 bytes
 */
export function sessionNamesBy(secret: Uint8Array): DeriveSessionName {
  if (secret.byteLength < MIN_SECRET_BYTES) {
    throw new RangeError(`the session secret must have at least ${MIN_SECRET_BYTES} bytes`);
  }
  // Node takes six times as long when it has to find out what a bare secret is.
  const key = createSecretKey(secret);

  return (kind, caller, name) => {
    if (!SESSION_KINDS.includes(kind)) throw new RangeError('unknown session kind');
    if (name === '' || name.length > MAX_NAME_LENGTH || caller.length > MAX_NAME_LENGTH) {
      throw new RangeError(`a session name has 1 to ${MAX_NAME_LENGTH} characters`);
    }
    const hmac = createHmac('sha256', key);
    for (const field of [DOMAIN, kind, caller, name]) {
      if (!field.isWellFormed()) throw new RangeError('a session name must be well-formed Unicode');
      const bytes = Buffer.from(field, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.byteLength);
      hmac.update(length).update(bytes);
    }
    return hmac.digest('base64url');
  };
}
