/**
 * The manager's channel as a Transport. Only requests made there reach loopback from a public page
 * (Chrome's Local Network Access), and the page can neither see nor change them.
 */
import { gmRequest, type GmHead, type GmRequest } from '../gm.ts';
import type { Transport } from './transport.ts';

/** Statuses whose Response must not have a body (Fetch standard, "null body status"). */
const NO_BODY = new Set([101, 103, 204, 205, 304]);

export function createGmTransport(send: (request: GmRequest) => () => void = gmRequest): Transport {
  return (url, request = {}) =>
    new Promise<Response>((resolve, reject) => {
      const { signal } = request;
      if (signal?.aborted) return reject(signal.reason as Error);
      const encoder = new TextEncoder();
      let body: ReadableStreamDefaultController<Uint8Array> | undefined;
      let abort = (): void => undefined;
      const onAbort = (): void => {
        abort();
        fail(signal!.reason as Error);
      };
      const done = (): void => signal?.removeEventListener('abort', onAbort);
      const fail = (reason: Error): void => {
        done();
        reject(reason);
        try {
          body?.error(reason);
        } catch {
          // The reader has left already.
        }
      };
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => void (body = controller),
        cancel: () => {
          done();
          abort();
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });

      abort = send({
        method: request.method ?? 'GET',
        url,
        headers: request.headers ?? {},
        ...(request.body === undefined ? {} : { data: request.body }),
        streaming: request.streaming ?? false,
        onHead(head) {
          resolve(toResponse(head, stream));
        },
        onChunk(chunk) {
          try {
            body?.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
          } catch {
            // The reader has left already.
          }
        },
        onEnd() {
          done();
          try {
            body?.close();
          } catch {
            // The reader has left already.
          }
        },
        onError: (reason) => fail(new TypeError(`The gateway cannot be reached (${reason}).`)),
      });
    });
}

function toResponse(head: GmHead, body: ReadableStream<Uint8Array>): Response {
  const headers = parseHeaders(head.headers);
  if (head.status < 200 || head.status > 599) return Response.error();
  return new Response(NO_BODY.has(head.status) ? null : body, { status: head.status, headers });
}

/** Raw header lines; one that Headers refuses is left out. */
export function parseHeaders(raw: string): Headers {
  const headers = new Headers();
  for (const line of raw.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    try {
      headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    } catch {
      // Not a header name or value.
    }
  }
  return headers;
}
