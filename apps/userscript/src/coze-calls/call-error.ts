/** What can go wrong between the widget and Coze, by what the person in front of it can do. */
import { kindOf } from '@zcbot/coze/error-codes';

export type Cause =
  /** Nothing listens at the proxy's address. */
  | 'proxy_down'
  /** Nothing listens at the broker's address. */
  | 'broker_down'
  /** Something listens, but it is not the gateway. */
  | 'port_taken'
  | 'offline'
  | 'pairing_refused'
  | 'no_credentials'
  | 'token_failed'
  | 'bot_missing'
  | 'bot_unknown'
  | 'bot_not_published'
  | 'pat_missing'
  | 'quota'
  | 'rate_limited'
  | 'unauthorized'
  | 'forbidden'
  | 'busy'
  | 'content'
  | 'too_long'
  | 'cut'
  | 'upstream'
  | 'unsupported'
  | 'sdk_blocked'
  | 'refused';

const ONE_MESSAGE = new Set<Cause>(['busy', 'content', 'too_long', 'unsupported', 'refused']);

/** Happened to one message only; the next one may well be answered. */
export function isOneMessage(cause: Cause): boolean {
  return ONE_MESSAGE.has(cause);
}

export class CallError extends Error {
  readonly reason: Cause;
  /** Coze's or the gateway's own words, and Coze's support id. */
  readonly detail: string;
  readonly logid: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: Cause,
    fields: { detail?: string; logid?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(fields.detail ?? reason, { cause: fields.cause });
    this.name = 'CallError';
    this.reason = reason;
    this.detail = fields.detail ?? '';
    this.logid = fields.logid;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** The proxy's and the broker's own codes. */
const OF_GATEWAY: Record<string, Cause> = {
  pairing_required: 'pairing_refused',
  not_found: 'no_credentials',
  token_failed: 'token_failed',
  rate_limited: 'rate_limited',
  too_many_requests: 'rate_limited',
  upstream_failed: 'upstream',
  upstream_timeout: 'upstream',
  unavailable: 'upstream',
};

const OF_COZE: Partial<Record<ReturnType<typeof kindOf>, Cause>> = {
  not_found: 'bot_unknown',
  conversation_busy: 'busy',
  bot_not_published: 'bot_not_published',
  quota_exhausted: 'quota',
  rate_limited: 'rate_limited',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  content_refused: 'content',
  too_long: 'too_long',
  upstream_failed: 'upstream',
};

interface FailureBody {
  code?: number | string;
  msg?: string;
  error?: string;
  detail?: { logid?: string };
}

/** An answer that is not a success, whoever gave it. */
export function callError(status: number, headers: Headers, body: unknown): CallError {
  const failure = (typeof body === 'object' && body !== null ? body : {}) as FailureBody;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const logid = headers.get('x-tt-logid') ?? failure.detail?.logid;
  const common = {
    ...(logid ? { logid } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  };
  if (typeof failure.code === 'string') {
    const reason = OF_GATEWAY[failure.code] ?? 'refused';
    return new CallError(reason, { ...common, detail: String(failure.error ?? failure.code) });
  }
  if (body === undefined) {
    return new CallError(status >= 500 ? 'upstream' : 'port_taken', { detail: `HTTP ${status}` });
  }
  const code = failure.code;
  const text = String(failure.msg ?? '');
  const kind = kindOf({ status, ...(code === undefined ? {} : { code }), detail: text });
  const number = code === undefined ? `HTTP ${status}` : String(code);
  return new CallError(OF_COZE[kind] ?? 'refused', {
    ...common,
    detail: text === '' ? number : `${number}: ${text.slice(0, 300)}`,
  });
}

/** What a transport throws, as a CallError; an abort stays what it is. */
export function connectionError(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new CallError(navigator.onLine ? 'proxy_down' : 'offline', { cause: error });
}
