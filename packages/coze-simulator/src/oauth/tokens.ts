import { randomBytes } from 'node:crypto';
import type { Owner } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';

interface IssuedToken {
  owner: Owner;
  /** Epoch seconds; Infinity for a personal access token. */
  expiresAt: number;
}

/** Tokens by their text. */
export class Tokens {
  readonly #issued = new Map<string, IssuedToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(owner: Owner, durationSeconds: number): { access_token: string; expires_in: number } {
    const expiresAt = Math.floor(this.#now() / 1000) + durationSeconds;
    const token = `czs_${randomBytes(32).toString('base64url')}`;
    this.#issued.set(token, { owner, expiresAt });
    return { access_token: token, expires_in: expiresAt };
  }

  registerPat(pat: string): void {
    const owner = { clientId: null, sessionName: null, botIds: null };
    this.#issued.set(pat, { owner, expiresAt: Number.POSITIVE_INFINITY });
  }

  /** Personal access tokens stay. */
  expireAll(): void {
    for (const token of this.#issued.values()) {
      if (Number.isFinite(token.expiresAt)) token.expiresAt = 0;
    }
  }

  /** @throws SimulatedError 4100 with status 401 */
  verify(authorization: string | undefined): Owner {
    const token = bearerOf(authorization);
    const issued = this.#issued.get(token);
    if (!issued || issued.expiresAt * 1000 <= this.#now()) throw new SimulatedError(4100);
    return issued.owner;
  }

  /** For the record of requests; null where `verify` would throw. */
  peek(authorization: string | undefined): Owner | null {
    return this.#issued.get(bearerOf(authorization))?.owner ?? null;
  }
}

export function bearerOf(authorization: string | undefined): string {
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
}
