/**
 * `X-Zcbot-Refused-Token` on /callback: the SHA-256, in hex, of a token that Coze refused before its
 * time (revoked, or the app's rights were changed). When it is the one that would be handed out, a
 * new one is exchanged. By hash, so that no token travels to the broker; and only who has the token
 * can name it. A token that Coze refuses for good would otherwise be exchanged in a loop, hence the
 * pause per session.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AccessToken, TokenRequest, TokenSource } from '@zcbot/coze/token-source';

const HEADER = 'x-zcbot-refused-token';
const PAUSE_MS = 10_000;
/** Sessions remembered; forgetting them early costs at most an exchange each. */
const SESSIONS_MAX = 10_000;

export type GetToken = (
  request: TokenRequest,
  headers: IncomingHttpHeaders,
) => Promise<AccessToken>;

/** @returns `tokens.get` with an ear for the header. @throws CozeError */
export function replacingRefused(
  tokens: TokenSource,
  /** Milliseconds, monotonic. */
  now: () => number = performance.now.bind(performance),
): GetToken {
  const replacedAt = new Map<string, number>();

  function mayReplace(session: string): boolean {
    const last = replacedAt.get(session);
    if (last !== undefined && now() - last < PAUSE_MS) return false;
    if (replacedAt.size >= SESSIONS_MAX) replacedAt.clear();
    replacedAt.set(session, now());
    return true;
  }

  return async (request, headers) => {
    const token = await tokens.get(request);
    const refused = headers[HEADER];
    if (typeof refused !== 'string' || refused.toLowerCase() !== sha256(token.token)) return token;
    if (mayReplace(request.sessionName ?? '')) tokens.refuse(token.token);
    // Where another ask has just had it replaced, this is the new one already.
    return tokens.get(request);
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
