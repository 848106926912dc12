/**
 * The data path: one request to one upstream and back.
 *
 *  1. The head goes to the caller as soon as it has come, body or not.
 *  2. Back-pressure both ways: `write` false pauses the upstream until `drain`; the upload is a
 *     stream that undici reads as fast as the upstream takes it.
 *  3. The caller going away, in whatever phase, aborts the upstream request.
 *  4. An upstream that breaks off after its head is passed on as a broken answer (the connection is
 *     destroyed), never as a clean end: half an answer must not look like a whole one.
 *  5. Bodies are passed through as they are, compressed ones too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Dispatcher, type Pool } from 'undici';
import { toCaller } from './hop-headers.ts';
import { ProxyError, type Phase } from './proxy-error.ts';

/** A whole body up to this is worth copying, in bytes. */
const ONE_WRITE_MAX = 8 * 1024;

export interface Forwarding {
  pool: Pool;
  method: string;
  /** Path and query as they go upstream. */
  path: string;
  /** Raw name, value, … without Host, which undici sets from the origin. */
  headers: string[];
  /** Raw name, value, … added to the answer, such as CORS. */
  answerHeaders: readonly string[];
  maxBodyBytes: number;
  rewriteLocation: (location: string) => string;
  /** Sees the status before the caller does. */
  onHead?: (status: number) => void;
  /** Called at most once, and only while no head has been sent. */
  onError: (error: ProxyError) => void;
}

export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  forwarding: Forwarding,
): void {
  forwarding.pool.dispatch(
    {
      method: forwarding.method,
      path: forwarding.path,
      headers: forwarding.headers,
      body: hasBody(request) ? request : null,
    },
    new Relay(request, response, forwarding),
  );
}

/** A request has a body if and only if one of these fields is there (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && headers['content-length'] !== '0';
}

/** undici's raw handler interface: no header objects, no streams in between. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #forwarding: Forwarding;
  #abort: ((error?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  /** Bytes of the declared body still to come. */
  #left: number | undefined;
  #bodyBegun = false;
  #over = false;
  #tooLarge = false;

  constructor(request: IncomingMessage, response: ServerResponse, forwarding: Forwarding) {
    this.#request = request;
    this.#response = response;
    this.#forwarding = forwarding;
    response.on('close', () => this.#callerGone());
    response.on('drain', () => this.#resume?.());
    if (request.headers['transfer-encoding'] !== undefined) this.#countUpload();
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.#over) abort();
    else this.#abort = abort;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, reason: string): boolean {
    // 1xx answers are for this hop; Node has sent its own 100 Continue where one was asked for.
    if (status < 200) return true;
    this.#resume = resume;
    this.#forwarding.onHead?.(status);
    const headers = toCaller(raw, this.#forwarding.rewriteLocation);
    for (const part of this.#forwarding.answerHeaders) headers.push(part);
    this.#response.writeHead(status, reason, headers);
    this.#left = declaredLength(headers);
    // A body that came in the same packet goes out in one write with the head; otherwise the head
    // does not wait for it.
    process.nextTick(() => {
      if (!this.#bodyBegun && !this.#over) this.#response.flushHeaders();
    });
    return true;
  }

  onData(chunk: Buffer): boolean {
    const whole = !this.#bodyBegun && chunk.length <= ONE_WRITE_MAX;
    this.#bodyBegun = true;
    if (this.#left !== undefined) {
      this.#left -= chunk.length;
      if (this.#left === 0) {
        // As text, Node sends it together with the head; latin1 is byte for byte.
        if (whole) this.#response.end(chunk.toString('latin1'), 'latin1');
        else this.#response.end(chunk);
        return true;
      }
    }
    return this.#response.write(chunk);
  }

  onComplete(): void {
    this.#over = true;
    if (!this.#response.writableEnded) this.#response.end();
  }

  onError(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#response.headersSent) this.#response.destroy();
    else if (this.#tooLarge) this.#forwarding.onError(bodyTooLarge(this.#forwarding.maxBodyBytes));
    else this.#forwarding.onError(upstreamError(error));
  }

  #callerGone(): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort?.();
  }

  /** An upload without a declared length is counted as it passes. */
  #countUpload(): void {
    let bytes = 0;
    this.#request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= this.#forwarding.maxBodyBytes || this.#tooLarge) return;
      this.#tooLarge = true;
      this.#abort?.();
    });
    // A 'data' listener makes the stream flow; it must wait until undici reads it.
    this.#request.pause();
  }
}

function declaredLength(headers: readonly string[]): number | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.length === 14 && headers[i]!.toLowerCase() === 'content-length') {
      return Number(headers[i + 1]);
    }
  }
  return undefined;
}

export function bodyTooLarge(maxBytes: number): ProxyError {
  return new ProxyError(
    'body_too_large',
    `The upload is larger than ${maxBytes} bytes. Raise COZE_PROXY_MAX_BODY if it should pass.`,
  );
}

/** The failure in the words of the proxy; the cause stays inside. */
export function upstreamError(error: Error): ProxyError {
  if (error instanceof ProxyError) return error;
  if (error instanceof errors.ConnectTimeoutError)
    return timedOut('connect', 'did not accept a connection', error);
  if (error instanceof errors.HeadersTimeoutError)
    return timedOut('head', 'did not begin to answer', error);
  const code = (error as { code?: string }).code ?? '';
  const phase: Phase = /^(ENOTFOUND|EAI_)/.test(code)
    ? 'resolve'
    : /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|CERT_|ERR_TLS|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED)/.test(
          code,
        )
      ? 'connect'
      : 'head';
  const text = {
    resolve: 'The target’s name could not be resolved. Check the address and your DNS.',
    connect: 'The target refused the connection, or its certificate is not valid.',
    head: 'The target broke the connection off before it answered. Try again.',
  }[phase];
  return new ProxyError('upstream_failed', text, { phase, cause: error });
}

function timedOut(phase: Phase, what: string, cause: Error): ProxyError {
  return new ProxyError('upstream_timeout', `The target ${what} in time. Try again later.`, {
    phase,
    cause,
  });
}
