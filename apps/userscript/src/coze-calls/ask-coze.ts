/** One request to Coze through the gateway, and what its answer says about success. */
import type { Gateway } from '../transport/gateway.ts';
import type { TransportRequest } from '../transport/transport.ts';
import { CallError, callError, connectionError } from './call-error.ts';

/** All throw CallError, or the signal's reason. */
export interface AskCoze {
  /** The `data` of a JSON answer. */
  json<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T | undefined>;
  /** An answer that streams. */
  stream(path: string, body: unknown, signal: AbortSignal): Promise<Response>;
}

export function createAskCoze(parts: { gateway: Gateway; language: () => 'zh' | 'en' }): AskCoze {
  async function send(path: string, request: TransportRequest): Promise<Response> {
    const headers = {
      Accept: request.streaming ? 'text/event-stream, application/json' : 'application/json',
      'Accept-Language': parts.language(),
      ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    try {
      return await parts.gateway.toCoze(path, { ...request, headers });
    } catch (error) {
      throw connectionError(error);
    }
  }

  return {
    async json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal) {
      const response = await send(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      return (await readJson<{ data?: T }>(response)).data;
    },
    async stream(path, body, signal) {
      const response = await send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        streaming: true,
        signal,
      });
      // A refusal comes as JSON, with status 200 as likely as not.
      const type = response.headers.get('content-type') ?? '';
      if (!response.ok || !type.includes('text/event-stream')) {
        await readJson(response);
        throw new CallError('upstream', { detail: type });
      }
      return response;
    },
  };
}

/**
 * A token that Coze has just stopped accepting is replaced by the gateway; the second try then
 * has a fresh one, and nobody notices.
 */
export async function renewing<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof CallError) || error.reason !== 'unauthorized') throw error;
    return attempt();
  }
}

/** @throws CallError for everything but Coze's `code: 0` */
async function readJson<T>(response: Response): Promise<T> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw connectionError(error);
  }
  let body: unknown;
  try {
    body = JSON.parse(text) as unknown;
  } catch {
    body = undefined;
  }
  const code = (body as { code?: unknown } | undefined)?.code;
  if (!response.ok || body === undefined || (code !== undefined && code !== 0)) {
    throw callError(response.status, response.headers, body);
  }
  return body as T;
}
