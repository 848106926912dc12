/**
 * One request to Coze. The URL is always the configured API base plus a path from this package:
 * nothing foreign chooses where a bearer token goes, and redirects are not followed.
 */
import { CozeError } from '../errors/coze-error.ts';
import { notCoze, type Answer } from '../errors/describe-answer.ts';
import { remedyFor } from '../errors/remedies.ts';
import type { Deadline } from './deadline.ts';

/** Far above what any JSON answer of Coze has; an answer beyond it is not read further. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

export interface Outgoing {
  /** For messages: `POST /v3/chat`, without a query. */
  what: string;
  url: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  headers: Record<string, string>;
  body?: string | FormData;
}

/** @throws CozeError `network` or `timeout`, or the reason of the deadline's caller */
export async function send(
  fetch: typeof globalThis.fetch,
  outgoing: Outgoing,
  deadline: Deadline,
): Promise<Response> {
  const { url, method, headers, body } = outgoing;
  try {
    return await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: deadline.signal,
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw networkError(outgoing.what, error);
  }
}

/** @throws CozeError `network`, `timeout` or `unexpected_answer`, or the caller's reason */
export async function readAnswer(
  response: Response,
  what: string,
  deadline: Deadline,
): Promise<Answer> {
  const { status, headers } = response;
  let text: string;
  try {
    text = await readText(response, what);
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw error instanceof CozeError ? error : networkError(what, error);
  }
  const body = parse(text);
  // A failure without JSON (a gateway's 502 page) is judged by its status.
  if (body === undefined && status >= 200 && status < 300) {
    throw notCoze(response, what, describe(headers.get('content-type')));
  }
  return { status, headers, body };
}

async function readText(response: Response, what: string): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JSON_BYTES) throw notCoze(response, what, 'more than 16 MiB of JSON');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function describe(contentType: string | null): string {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  return type && /^[\w.+-]+\/[\w.+-]+$/.test(type)
    ? `a body of ${type}`
    : 'a body of no known type';
}

/** The cause of a failed fetch names hosts and ports only, never headers. */
export function networkError(what: string, cause: unknown): CozeError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : undefined;
  return new CozeError({
    kind: 'network',
    message: `${what}: no connection to Coze${code === undefined ? '' : ` (${code})`}`,
    remedy: remedyFor('network'),
    cause,
    ...(code !== undefined && { code }),
  });
}
