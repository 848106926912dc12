/** Gives the proxy's `/coze/…` the token of the caller's session. */
import { CozeError } from '@zcbot/coze/errors';
import type { TokenSource } from '@zcbot/coze/token-source';
import type { CozeAccess } from '../proxy/proxy-server.ts';
import { ProxyError } from '../proxy/proxy-error.ts';
import type { Audit } from './audit.ts';
import type { Callers } from './caller.ts';

export function createCozeAccess(parts: {
  tokens: TokenSource;
  callers: Callers;
  audit: Audit;
}): CozeAccess {
  /** Tokens already on record: `/coze/…` uses the same one for many requests. */
  const recorded = new Set<string>();
  return {
    apiBase: new URL(parts.tokens.apiBase),
    async authorize(request) {
      const caller = parts.callers.identify(request.headers);
      const header = request.headers['x-session-name'];
      const session = parts.callers.session(
        caller,
        typeof header === 'string' ? header : undefined,
      );
      const token = await getToken(parts.tokens, session.sessionName);
      const key = `${session.sessionName ?? ''} ${caller.id} ${token.expiresAt ?? ''}`;
      if (!recorded.has(key)) {
        await parts.audit.tokenIssued(session, token.expiresAt, 'gateway');
        if (recorded.size > 10_000) recorded.clear();
        recorded.add(key);
      }
      return token.token;
    },
    refused: (token) => void parts.tokens.refuse(token),
  };
}

async function getToken(tokens: TokenSource, sessionName: string | undefined) {
  try {
    return await tokens.get(sessionName === undefined ? {} : { sessionName });
  } catch (error) {
    if (!(error instanceof CozeError)) throw error;
    throw new ProxyError('token_failed', error.remedy.en, {
      phase: 'token',
      cause: error,
      ...(error.retryAfterMs === undefined
        ? {}
        : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000) }),
    });
  }
}
