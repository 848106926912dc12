/** Turns an answer of Coze that is a failure, in either of its two shapes, into a CozeError. */
import { z } from 'zod';
import { CozeError } from './coze-error.ts';
import { kindOf } from './error-codes.ts';
import { remedyFor } from './remedies.ts';
import { retryAfterMs } from './retry-after.ts';

const DETAIL_MAX = 300;

/** Of the chat API: `{code, msg, detail: {logid}}`; `error.logid` is the older place. */
const Envelope = z.looseObject({
  code: z.number(),
  msg: z.string().optional().catch(undefined),
  detail: z.object({ logid: z.string() }).optional().catch(undefined),
  error: z.object({ logid: z.string() }).optional().catch(undefined),
});

/** Of the token endpoint. */
const AuthFailure = z.looseObject({
  error_code: z.string().min(1),
  error_message: z.string().optional().catch(undefined),
});

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or undefined when it was none. */
  body: unknown;
}

/**
 * Null when the answer is a success. The body is read before the status: failures come with status
 * 200, and the token endpoint's shape has been seen with 200 as well.
 */
export function failureOf(answer: Answer, what: string, now = Date.now()): CozeError | null {
  const auth = AuthFailure.safeParse(answer.body);
  if (auth.success) {
    const { error_code, error_message } = auth.data;
    return toError(answer, what, now, { code: error_code, detail: error_message });
  }
  const envelope = Envelope.safeParse(answer.body);
  if (envelope.success && envelope.data.code !== 0) {
    const { code, msg, detail, error } = envelope.data;
    return toError(answer, what, now, { code, detail: msg, logid: detail?.logid ?? error?.logid });
  }
  if (answer.status >= 300 && answer.status < 400) return notCoze(answer, what, 'a redirect');
  if (answer.status >= 200 && answer.status < 300) return null;
  if (answer.status === 429 || answer.status >= 500 || answer.body !== undefined) {
    return toError(answer, what, now, {});
  }
  return notCoze(answer, what, `status ${answer.status} without Coze’s error body`);
}

/** For answers that are not Coze's at all. */
export function notCoze(answer: Omit<Answer, 'body'>, what: string, found: string): CozeError {
  const logid = answer.headers.get('x-tt-logid') ?? undefined;
  return new CozeError({
    kind: 'unexpected_answer',
    message: `${what}: got ${found} instead of Coze’s answer`,
    remedy: remedyFor('unexpected_answer'),
    status: answer.status,
    ...(logid !== undefined && { logid: clean(logid) }),
  });
}

function toError(
  answer: Answer,
  what: string,
  now: number,
  found: { code?: number | string; detail?: string | undefined; logid?: string | undefined },
): CozeError {
  const { status } = answer;
  const code = typeof found.code === 'string' ? clean(found.code).slice(0, 60) : found.code;
  const detail = found.detail ? clean(found.detail) : undefined;
  const kind = kindOf({
    status,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
  });
  const header = found.logid ?? answer.headers.get('x-tt-logid') ?? undefined;
  const logid = header === undefined ? undefined : clean(header).slice(0, 100);
  const wait = retryAfterMs(answer.headers.get('retry-after'), now);
  const facts = [
    code === undefined ? undefined : `code ${code}`,
    `status ${status}`,
    logid === undefined ? undefined : `logid ${logid}`,
  ];
  return new CozeError({
    kind,
    message: `${what}: ${kind} (${facts.filter(Boolean).join(', ')})`,
    remedy: remedyFor(kind),
    status,
    ...(code !== undefined && { code }),
    ...(logid !== undefined && { logid }),
    ...(detail !== undefined && { detail }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/** An event in the middle of a stream: `{code, msg}`, judged without a status. */
export function streamFailure(
  found: { code?: number | undefined; msg?: string | undefined },
  logid: string | undefined,
  what: string,
): CozeError {
  const headers = new Headers(logid === undefined ? {} : { 'x-tt-logid': logid });
  const body = { code: found.code || 5000, msg: found.msg ?? '' };
  const failure = failureOf({ status: 200, headers, body }, what);
  return failure ?? notCoze({ status: 200, headers }, what, 'an error event without a code');
}

/** Coze's text may repeat what we sent: tokens, assertions and keys are blanked out (CWE-532). */
export function clean(text: string): string {
  return (
    text
      .replaceAll(/-----BEGIN[\s\S]*?(-----END[^-]*-----|$)/g, '[key]')
      .replaceAll(/\beyJ[\w-]+(\.[\w-]*)*/g, '[jwt]')
      .replaceAll(/\b(pat|czs|czu|cztei)_[\w.~+/=-]+/g, '$1_[token]')
      .replaceAll(/\bBearer\s+\S+/gi, 'Bearer [token]')
      // Control characters could forge log lines (CWE-117).
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      .slice(0, DETAIL_MAX)
  );
}
