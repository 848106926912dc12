/**
 * Faults as services raise them, and the one place that turns them into RFC 9457 problem details.
 *
 *   ProblemError        → the status of its code (table in @zcbot/protocol/errors), its message
 *   anything else       → 500 `internal`, the message withheld and logged
 *
 * 401 answers carry `WWW-Authenticate: Bearer` (RFC 6750 §3); 429 and 503 carry `Retry-After`.
 */
import { ERROR_STATUS, type ErrorCode, type Problem } from '@zcbot/protocol/errors';

export interface ProblemOptions {
  /** Seconds until trying again can succeed. */
  retryAfterSeconds?: number;
  errors?: Problem['errors'];
  cause?: unknown;
}

/** A fault that the caller may see: `message` says what happened and what to do, and holds no secret. */
export class ProblemError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: Problem['errors'];

  constructor(code: ErrorCode, message: string, options: ProblemOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  417: 'Expectation failed',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Unavailable',
};

export function problemBody(error: ProblemError): Problem {
  const status = ERROR_STATUS[error.code];
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    ...(error.errors ? { errors: error.errors } : {}),
  };
}

export function problemHeaders(error: ProblemError): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  };
  if (ERROR_STATUS[error.code] === 401) {
    // https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    const reason = error.code === 'unauthenticated' ? '' : ', error="invalid_token"';
    headers['WWW-Authenticate'] = `Bearer realm="zcbot"${reason}`;
  }
  if (error.retryAfterSeconds !== undefined) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(error.retryAfterSeconds)));
  }
  return headers;
}

export function problemResponse(error: ProblemError): Response {
  return new Response(JSON.stringify(problemBody(error)), {
    status: ERROR_STATUS[error.code],
    headers: problemHeaders(error),
  });
}

export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', `There is no such ${what}.`);
}
