import type { ErrorCode, Problem } from '@zcbot/protocol/errors';

/** Failures that no server answered: nothing was reached, or the answer made no sense. */
export type LocalCode = 'offline' | 'unreachable' | 'timed_out' | 'bad_answer';

export type FailureCode = ErrorCode | LocalCode;

/** Every failed call ends as one of these; `detail` is the server's own sentence, if it gave one. */
export class ApiError extends Error {
  readonly code: FailureCode;
  readonly status: number;
  readonly detail: string;
  /** Seconds the server asked to wait; null when it did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(fault: {
    code: FailureCode;
    status?: number;
    detail?: string;
    retryAfterSeconds?: number | null;
    cause?: unknown;
  }) {
    super(`${fault.code}: ${fault.detail ?? ''}`, { cause: fault.cause });
    this.name = 'ApiError';
    this.code = fault.code;
    this.status = fault.status ?? 0;
    this.detail = fault.detail ?? '';
    this.retryAfterSeconds = fault.retryAfterSeconds ?? null;
  }

  /** True when the same call may well succeed later, unchanged. */
  get transient(): boolean {
    return (
      this.status === 0 || this.status === 429 || this.status >= 500 || this.code === 'queue_full'
    );
  }
}

export async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const problem = await response.json().catch(() => null);
  const known = isProblem(problem) ? problem : null;
  return new ApiError({
    code: known?.code ?? (response.status >= 500 ? 'unavailable' : 'bad_answer'),
    status: response.status,
    detail: known?.detail || known?.title || `HTTP ${response.status}`,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string'
  );
}

/** What `fetch` rejects with says nothing about why; the browser's own view of the network does. */
export function networkError(cause: unknown): ApiError {
  return new ApiError({ code: navigator.onLine === false ? 'offline' : 'unreachable', cause });
}
