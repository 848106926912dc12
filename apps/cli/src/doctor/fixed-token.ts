import type { TokenSource } from '@zcbot/coze/token-source';

/** A token at hand, as a source: it is never exchanged for another. */
export function fixedToken(apiBase: string, token: string): TokenSource {
  return {
    kind: 'pat',
    apiBase,
    get: async () => ({
      token,
      tokenType: 'Bearer',
      expiresAt: null,
      ttlSeconds: null,
      ageSeconds: null,
    }),
    refuse: () => false,
    status: () => ({
      clockOffsetMs: null,
      exchanges: { succeeded: 0, failed: 0, inFlight: 0, queued: 0 },
      pausedUntil: null,
      cached: 0,
      lastFailure: null,
    }),
    cachedTokens: () => [],
    close: () => {},
  };
}
