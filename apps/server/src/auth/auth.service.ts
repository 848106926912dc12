import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Session } from '@zcbot/protocol/http';
import type { Actor } from '../http/context.ts';
import { ProblemError } from '../http/problem.ts';
import type { UserStore } from '../users/users.store.ts';
import type { AuthStore } from './auth.store.ts';
import type { Tokens } from './tokens.ts';

export function createAuthService(parts: {
  tokens: Tokens;
  users: UserStore;
  store: AuthStore;
  platformKeys: readonly string[];
}) {
  const isPlatformKey = secretMatcher(parts.platformKeys);
  return {
    async loginByPlatform(input: {
      user_id: string;
      platform_key: string;
      user_name?: string | undefined;
    }): Promise<Session> {
      if (!isPlatformKey(input.platform_key)) {
        throw new ProblemError(
          'invalid_platform_key',
          'The platform key is wrong. It must equal PLATFORM_KEY of the zcbot server.',
        );
      }
      const user = await parts.users.seen(input.user_id, input.user_name);
      const { token, expiresAt } = await parts.tokens.sign({
        id: user.id,
        generation: user.tokenGeneration,
      });
      return { token, user_id: user.id, exp: expiresAt };
    },

    /** @throws ProblemError 401 when the token is malformed, expired, revoked or its user is gone. */
    async authenticate(token: string): Promise<Actor> {
      const claims = await parts.tokens.verify(token);
      const generation = await parts.store.generationFor(claims);
      if (generation !== claims.generation) {
        throw new ProblemError('token_revoked', 'The token was revoked. Sign in again.');
      }
      return { userId: claims.userId, tokenId: claims.tokenId, expiresAt: claims.expiresAt };
    },
  };
}

export type AuthService = ReturnType<typeof createAuthService>;

/** Compares in constant time; hashing first makes the lengths equal (CWE-208). */
function secretMatcher(secrets: readonly string[]): (candidate: string) => boolean {
  const pepper = randomBytes(32);
  const digest = (value: string): Buffer => createHmac('sha256', pepper).update(value).digest();
  const digests = secrets.map(digest);
  return (candidate) => {
    const wanted = digest(candidate);
    return digests.map((known) => timingSafeEqual(known, wanted)).includes(true);
  };
}
