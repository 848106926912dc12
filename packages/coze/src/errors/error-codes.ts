/** Coze's error codes, by meaning (Coze docs: coze_error_codes, read 2026-11-22). */

/**
 * True when a fresh token may help. 4101 ("no permission") is left out: Coze also says it to a
 * token that is fine, so only a caller that knows its token's age can decide.
 */
export function isTokenRefusal(answer: { status?: number; code?: number | string }): boolean {
  return answer.status === 401 || answer.code === 4100 || answer.code === 700012006;
}
