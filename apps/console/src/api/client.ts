import { effect } from '@preact/signals';
import type { TokenSource } from '../session/session.ts';
import { anySignal } from './any-signal.ts';
import { ApiError, networkError, readProblem } from './api-error.ts';

/** Covers a whole short request, headers and body. Streams have their own watchdog. */
export const REQUEST_TIMEOUT_MS = 30_000;

export interface RequestSettings {
  body?: unknown;
  signal?: AbortSignal;
  /**
   * What to do on a 401: `park` (default) waits for the next token and sends again; `fail` throws,
   * for callers that keep the work themselves.
   */
  unauthorized?: 'park' | 'fail';
  /** Asks the browser to finish the request even if the page goes away. Default is false. */
  keepalive?: boolean;
}

export interface Client {
  /** Sends JSON with the bearer token; resolves with the parsed answer (undefined for none). */
  request<Answer>(method: string, path: string, settings?: RequestSettings): Promise<Answer>;
  /** Resolves once there is a token to try; rejects when `signal` aborts. */
  signedIn(signal: AbortSignal): Promise<void>;
  /** Opens an event stream; resolves once its headers are there. A 401 throws, after telling. */
  openStream(path: string, signal: AbortSignal): Promise<{ response: Response; token: string }>;
}

/** @param lifetime ends with the identity: no request outlives it or goes out under another's name. */
export function createClient(tokens: TokenSource, lifetime: AbortSignal): Client {
  async function send(
    method: string,
    path: string,
    token: string,
    settings: RequestSettings & { signal: AbortSignal; accept?: string },
  ): Promise<Response> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${token}`,
      Accept: settings.accept ?? 'application/json',
    };
    if (settings.body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(path, {
        method,
        headers,
        body: settings.body === undefined ? undefined : JSON.stringify(settings.body),
        signal: settings.signal,
        keepalive: settings.keepalive ?? false,
        cache: 'no-store',
        // The bearer is the only credential; ambient cookies must never take part.
        credentials: 'omit',
      });
    } catch (cause) {
      throw asApiError(cause, settings.signal);
    }
  }

  return {
    async request<Answer>(method: string, path: string, settings: RequestSettings = {}) {
      const outer = settings.signal ? anySignal(lifetime, settings.signal) : lifetime;
      for (;;) {
        const token =
          settings.unauthorized === 'fail' ? tokens.token.value : await nextToken(tokens, outer);
        if (token === null) throw new ApiError({ code: 'unauthenticated', status: 401 });
        const signal = anySignal(outer, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
        const response = await send(method, path, token, { ...settings, signal });
        if (response.status === 401) {
          const problem = await readProblem(response);
          tokens.refused(token);
          if (settings.unauthorized === 'fail') throw problem;
          continue;
        }
        tokens.worked(token);
        if (!response.ok) throw await readProblem(response);
        try {
          const text = await response.text();
          // 204, and answers that say everything with their status.
          return (text === '' ? undefined : JSON.parse(text)) as Answer;
        } catch (cause) {
          if (signal.aborted) throw asApiError(cause, signal);
          throw new ApiError({ code: 'bad_answer', status: response.status, cause });
        }
      }
    },

    async signedIn(signal) {
      await nextToken(tokens, anySignal(lifetime, signal));
    },

    async openStream(path, signal) {
      const outer = anySignal(lifetime, signal);
      const token = await nextToken(tokens, outer);
      const response = await send('GET', path, token, {
        signal: outer,
        accept: 'text/event-stream',
      });
      if (response.status === 401) tokens.refused(token);
      if (!response.ok) throw await readProblem(response);
      tokens.worked(token);
      return { response, token };
    },
  };
}

/** Resolves with a token, waiting while there is none; rejects when `signal` aborts. */
function nextToken(tokens: TokenSource, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let dispose = (): void => {};
    const stop = (): void => {
      dispose();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    dispose = effect(() => {
      const token = tokens.token.value;
      if (token === null) return;
      signal.removeEventListener('abort', stop);
      // The effect may run before `dispose` is assigned.
      queueMicrotask(() => dispose());
      resolve(token);
    });
  });
}

/** An abort by the caller stays an abort; a time-out and a dead network become an ApiError. */
function asApiError(cause: unknown, signal: AbortSignal): Error {
  if (!signal.aborted) return networkError(cause);
  const reason: unknown = signal.reason;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new ApiError({ code: 'timed_out', cause });
  }
  return reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
}
