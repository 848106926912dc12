import type { TokenSource } from './token-types.ts';

/** The same token for everybody, never exchanged for another: Coze separates no sessions under it. */
export function fixedToken(apiBase: string, token: () => string): TokenSource {
  return {
    kind: 'pat',
    apiBase,
    get: async ({ signal } = {}) => {
      signal?.throwIfAborted();
      return {
        token: token(),
        tokenType: 'Bearer',
        expiresAt: null,
        ttlSeconds: null,
        ageSeconds: null,
      };
    },
    refuse: () => false,
    status: () => ({
      clockOffsetMs: null,
      exchanges: { succeeded: 0, failed: 0, inFlight: 0, queued: 0 },
      pausedUntil: null,
      cached: 0,
      lastFailure: null,
    }),
    cachedTokens: () => [],
    close: () => undefined,
  };
}
