/**
 * What a platform's backend says to zcbot, server to server. The platform key may forge any user,
 * so it exists here and nowhere else: not in a page, an answer, a URL or a log line.
 */

/** `code` is for the page, `message` for the log; neither carries what zcbot or we sent. */
export class ZcbotError extends Error {
  name = 'ZcbotError';
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {{ origin: string, platformKey: string, timeoutMs?: number }} options
 *   `timeoutMs` covers one whole call including the answer's body; default 5000 (5 seconds)
 */
export function createZcbot({ origin, platformKey, timeoutMs = 5000 }) {
  return {
    /**
     * Swaps the platform key for a token of one user. zcbot creates the user at first sight.
     * @returns {Promise<{ token: string, user_id: string, exp: number }>}
     * @throws {ZcbotError} unreachable, timeout, platform_key_refused, refused, unexpected_answer
     */
    async login(userId, userName) {
      const response = await post('/v1/auth/login', {
        user_id: userId,
        platform_key: platformKey,
        user_name: userName,
      });
      const session = await readJson(response);
      if (typeof session.token !== 'string' || session.user_id?.toLowerCase() !== userId) {
        throw new ZcbotError('unexpected_answer', 'zcbot answered a login with something else');
      }
      return session;
    },

    /**
     * Ends every token of one user, and the streams opened with them.
     * @throws {ZcbotError} the same as login
     */
    async revoke(userId) {
      await post('/v1/auth/revoke', { user_id: userId, platform_key: platformKey });
    },

    /** HTTP status of the page the frame will load: 403 means our origin is not registered. */
    async statusOf(url) {
      const response = await call(url, { method: 'GET' });
      await response.body?.cancel();
      return response.status;
    },
  };

  async function post(path, body) {
    const response = await call(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return response;
    const { code } = await readJson(response).catch(() => ({}));
    if (code === 'invalid_platform_key') {
      throw new ZcbotError(
        'platform_key_refused',
        `zcbot at ${origin} refused the key: ZCBOT_PLATFORM_KEY here must equal PLATFORM_KEY there`,
      );
    }
    throw new ZcbotError('refused', `zcbot at ${origin} answered ${response.status} to ${path}`);
  }

  async function call(url, init) {
    try {
      // The address is configured, not foreign. A redirect is still refused: following a 307
      // would hand the platform key to wherever it points.
      return await fetch(url, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw transportError(error);
    }
  }

  async function readJson(response) {
    try {
      const value = await response.json();
      if (value !== null && typeof value === 'object') return value;
    } catch (error) {
      if (error.name === 'TimeoutError') throw transportError(error);
    }
    throw new ZcbotError('unexpected_answer', `zcbot at ${origin} did not answer with JSON`);
  }

  function transportError(error) {
    if (error.name === 'TimeoutError') {
      return new ZcbotError('timeout', `zcbot at ${origin} did not answer in ${timeoutMs} ms`);
    }
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    return new ZcbotError('unreachable', `zcbot at ${origin} cannot be reached (${reason})`);
  }
}
