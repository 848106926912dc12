import { ApiError } from '../api/api-error.ts';
import type { TextKey } from './en.ts';
import { t } from './i18n.ts';

const BY_CODE: Record<string, TextKey> = {
  offline: 'error.offline',
  unreachable: 'error.unreachable',
  timed_out: 'error.timed_out',
  bad_answer: 'error.bad_answer',
  unauthenticated: 'error.unauthenticated',
  token_expired: 'error.unauthenticated',
  token_revoked: 'error.unauthenticated',
  invalid_credentials: 'error.invalid_credentials',
  foreign_origin: 'error.foreign_origin',
  not_found: 'error.not_found',
  queue_full: 'error.queue_full',
  body_too_large: 'error.body_too_large',
  restore_expired: 'error.restore_expired',
  unavailable: 'error.unavailable',
  internal: 'error.internal',
};

/** What happened and what to do, in the reader's language. */
export function failureText(failure: unknown): string {
  if (!(failure instanceof ApiError)) return t('error.other', { detail: String(failure) });
  return codeText(failure.code, failure.detail, failure.retryAfterSeconds);
}

export function codeText(
  code: string,
  detail: string,
  retryAfterSeconds: number | null = null,
): string {
  if (code === 'rate_limited' || code === 'too_many_streams') {
    return retryAfterSeconds === null
      ? t('error.rate_limited')
      : t('error.rate_limited.seconds', { seconds: Math.ceil(retryAfterSeconds) });
  }
  const key = BY_CODE[code];
  return key ? t(key) : t('error.other', { detail });
}

/** Why an answer failed. An engine's own reason is shown as it is: only the engine knows it. */
export function engineFaultText(fault: { code: string; message: string }): string {
  if (fault.code === 'engine_error') return t('error.engine');
  return fault.message;
}
