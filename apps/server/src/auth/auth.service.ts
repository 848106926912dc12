import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Session, User } from '@zcbot/protocol/http';
import type { Streams } from '../events/streams.ts';
import type { Actor } from '../http/context.ts';
import { notFound, ProblemError } from '../http/problem.ts';
import { normalizeEmail } from '../users/email.ts';
import type { StoredUser, UserStore } from '../users/users.store.ts';
import type { AuthStore } from './auth.store.ts';
import type { LoginLimits } from './login-limits.ts';
import type { Passwords } from './passwords.ts';
import type { Tokens } from './tokens.ts';
import { QueueFullError, WorkQueue } from './work-queue.ts';

export function createAuthService(parts: {
  tokens: Tokens;
  users: UserStore;
  store: AuthStore;
  passwords: Passwords;
  limits: LoginLimits;
  streams: Pick<Streams, 'endToken' | 'endOlderTokens'>;
  platformKeys: readonly string[];
}) {
  const { limits, passwords, store, streams, tokens, users } = parts;
  const isPlatformKey = secretMatcher(parts.platformKeys);
  const places = new WorkQueue({ concurrency: passwords.places, waitingMax: 0 });

  /** Only wrong keys are limited: one backend, at one address, logs everybody in. */
  async function checkPlatformKey(candidate: string, address: string): Promise<void> {
    if (isPlatformKey(candidate)) return;
    await limits.platformFailed(address);
    throw new ProblemError(
      'invalid_platform_key',
      'The platform key is wrong. It must equal PLATFORM_KEY of the zcbot server.',
    );
  }

  async function session(user: StoredUser): Promise<Session> {
    const { token, expiresAt } = await tokens.sign({
      id: user.id,
      generation: user.tokenGeneration,
    });
    return { token, user_id: user.id, exp: expiresAt };
  }

  /** Whoever finds no place is turned away before the database has any work with it. */
  async function inPlace<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await places.run(work);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new ProblemError(
        'unavailable',
        'Too many people are signing in at this moment. Try again in a few seconds.',
        // Spread out, so that those who were turned away do not all come back at once.
        { retryAfterSeconds: 1 + Math.random() * 4, cause: error },
      );
    }
  }

  return {
    /** @param address of the client, as failures are counted on it */
    async loginByPlatform(
      input: { user_id: string; platform_key: string; user_name?: string | undefined },
      address: string,
    ): Promise<Session> {
      await checkPlatformKey(input.platform_key, address);
      return session(await users.seen(input.user_id, input.user_name));
    },

    /** @param address of the client, as failures are counted on it */
    async loginByPassword(
      input: { email: string; password: string },
      address: string,
    ): Promise<Session> {
      const email = normalizeEmail(input.email);
      limits.refusePassword(email, address);
      return inPlace(async () => {
        const attempt = await limits.passwordAttempt(email, address);
        const user = await users.findByEmail(email);
        const matches = await passwords.matches(user?.passwordHash, input.password);
        if (!user || !matches) {
          throw new ProblemError(
            'invalid_credentials',
            'The e-mail address or the password is wrong.',
          );
        }
        await attempt.succeeded();
        return session(user);
      });
    },

    /** @throws ProblemError 401 when the token is malformed, expired, revoked or its user is gone. */
    async authenticate(token: string): Promise<Actor> {
      const claims = await tokens.verify(token);
      const generation = await store.generationFor(claims);
      if (generation !== claims.generation) {
        throw new ProblemError('token_revoked', 'The token was revoked. Sign in again.');
      }
      return {
        userId: claims.userId,
        tokenId: claims.tokenId,
        tokenGeneration: claims.generation,
        expiresAt: claims.expiresAt,
      };
    },

    async me(actor: Actor): Promise<User> {
      const user = await users.find(actor.userId);
      if (!user) throw notFound('user');
      return { user_id: user.id, name: user.name, email: user.email };
    },

    /** Ends this one token and the streams opened with it. */
    async logout(actor: Actor): Promise<void> {
      await store.revokeToken(actor);
      streams.endToken(actor.userId, actor.tokenId);
    },

    /** Ends all tokens of a user and the streams opened with them; an unknown user has none. */
    async revoke(input: { user_id: string; platform_key: string }, address: string): Promise<void> {
      await checkPlatformKey(input.platform_key, address);
      const generation = await users.endTokens({ id: input.user_id });
      if (generation !== undefined) streams.endOlderTokens(input.user_id, generation);
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
