/**
 * Everything the proxy can refuse or fail with. The code is stable; the text says what to do.
 *
 *   bad_target            400   no usable target in the address
 *   bad_request           400   framing that the proxy does not pass on
 *   host_not_allowed      403   target host, port or address is not allowed
 *   origin_not_allowed    403   the calling page is not in COZE_ALLOWED_ORIGINS
 *   body_too_large        413   upload over COZE_PROXY_MAX_BODY
 *   wrong_host            421   Host is not the proxy's own (DNS rebinding)
 *   rate_limited          429   over COZE_PROXY_RATE_LIMIT
 *   too_many_requests     429   over COZE_PROXY_MAX_CONCURRENCY
 *   upstream_failed       502   with `phase`: resolve, connect, head, body
 *   upstream_timeout      504   with `phase`: connect, head
 *   unavailable           503   the gateway is stopping
 */
export const PROXY_STATUS = {
  bad_target: 400,
  bad_request: 400,
  session_name_required: 400,
  pairing_required: 401,
  host_not_allowed: 403,
  origin_not_allowed: 403,
  not_found: 404,
  body_too_large: 413,
  wrong_host: 421,
  rate_limited: 429,
  too_many_requests: 429,
  upstream_failed: 502,
  token_failed: 502,
  unavailable: 503,
  upstream_timeout: 504,
} as const;

export type ProxyErrorCode = keyof typeof PROXY_STATUS;
export type Phase = 'resolve' | 'connect' | 'head' | 'body' | 'token';

export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  readonly phase: Phase | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProxyErrorCode,
    message: string,
    options: { phase?: Phase; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ProxyError';
    this.code = code;
    this.phase = options.phase;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return PROXY_STATUS[this.code];
  }

  /** `error` is what the predecessor's clients read; `code` is for programs. */
  body(): string {
    return JSON.stringify({
      error: this.message,
      code: this.code,
      ...(this.phase === undefined ? {} : { phase: this.phase }),
    });
  }
}
