/** Coze's error codes, by meaning (Coze docs: coze_error_codes, read 2026-11-22). */
import type { CozeErrorKind } from './coze-error.ts';

const KIND_OF_CODE: Record<number, CozeErrorKind> = {
  4000: 'bad_request',
  4001: 'not_found',
  4002: 'not_found',
  4003: 'bad_request',
  4004: 'bad_request',
  4005: 'bad_request',
  4006: 'not_found',
  4007: 'bad_request',
  4008: 'quota_exhausted',
  4009: 'upstream_failed',
  4010: 'too_long',
  4011: 'quota_exhausted',
  4012: 'bad_request',
  4013: 'rate_limited',
  4014: 'content_refused',
  4015: 'bot_not_published',
  4016: 'conversation_busy',
  4019: 'quota_exhausted',
  4020: 'rate_limited',
  4021: 'bad_request',
  4022: 'quota_exhausted',
  4027: 'quota_exhausted',
  4028: 'quota_exhausted',
  4100: 'unauthorized',
  4101: 'forbidden',
  4102: 'content_refused',
  4104: 'not_cancelable',
  4105: 'content_refused',
  4200: 'not_found',
  4300: 'upload_refused',
  4301: 'upload_refused',
  4302: 'upload_refused',
  4303: 'upload_refused',
  4304: 'upload_refused',
  4314: 'not_found',
  5000: 'upstream_failed',
  700012006: 'unauthorized',
  702242003: 'bot_not_published',
};

/** Words of the token endpoint. It spells `access_deny`, the device flow `access_denied`. */
const KIND_OF_WORD: Record<string, CozeErrorKind> = {
  invalid_client: 'invalid_client',
  access_deny: 'access_denied',
  access_denied: 'access_denied',
  internal_error: 'upstream_failed',
  invalid_request: 'bad_request',
  unsupported_grant_type: 'bad_request',
};

/**
 * The code decides where Coze gave one (most failures come with status 200), the status otherwise.
 * `detail` is Coze's text: the free plan's limit is only told in words.
 */
export function kindOf(answer: {
  status?: number;
  code?: number | string;
  detail?: string;
}): CozeErrorKind {
  if (/free quota has been used up|insufficient .*credits/i.test(answer.detail ?? '')) {
    return 'quota_exhausted';
  }
  const known =
    typeof answer.code === 'number'
      ? KIND_OF_CODE[answer.code]
      : KIND_OF_WORD[(answer.code ?? '').toLowerCase()];
  return known ?? kindOfStatus(answer.status ?? 0);
}

function kindOfStatus(status: number): CozeErrorKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'upload_refused';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'upstream_failed' : 'bad_request';
}

/**
 * True when a fresh token may help. 4101 ("no permission") is left out: Coze also says it to a
 * token that is fine, so only a caller that knows its token's age can decide.
 */
export function isTokenRefusal(answer: { status?: number; code?: number | string }): boolean {
  return answer.status === 401 || answer.code === 4100 || answer.code === 700012006;
}
