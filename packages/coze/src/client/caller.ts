/** One session's requests: the token attached, and asked for once more when Coze refuses it. */
import type { z } from 'zod';
import { CozeError } from '../errors/coze-error.ts';
import { failureOf, notCoze } from '../errors/describe-answer.ts';
import { isTokenRefusal } from '../errors/error-codes.ts';
import { Deadline } from '../http/deadline.ts';
import { describe, readAnswer, send, type Outgoing } from '../http/exchange.ts';
import { withRetries } from '../http/retry.ts';
import type { AccessToken, SessionIdentity, TokenSource } from '../tokens/token-types.ts';
import type { CallOptions, Timeouts } from './client-types.ts';

export interface Call {
  method: Outgoing['method'];
  path: string;
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON, or as multipart when it is a form. */
  body?: object;
}

export interface CallerContext {
  tokens: TokenSource;
  identity: SessionIdentity;
  fetch: typeof globalThis.fetch;
  timeouts: Timeouts;
}

export interface OpenStream {
  response: Response;
  /** Still governs the body; whoever reads it disarms it. */
  deadline: Deadline;
  what: string;
}

/** Plain reads may be asked again; everything else could happen twice. */
const READ_RETRIES = { budgetMs: 10_000, attempts: 3, firstPauseMs: 300 };

/**
 * Coze says "no permission" of a token that has lost its rights as of one that never had them.
 * Only for an older one is another exchange worth it.
 */
const FORBIDDEN_MIN_AGE_SECONDS = 60;

export class Caller {
  readonly #context: CallerContext;

  constructor(context: CallerContext) {
    this.#context = context;
  }

  /** The answer's JSON as `schema` reads it. Reads (GET) are retried on 5xx and network faults. */
  async json<T>(call: Call, schema: z.ZodType<T>, { signal }: CallOptions = {}): Promise<T> {
    const attempt = () =>
      this.#withToken(signal, (token) => this.#readJson(call, schema, token, signal));
    if (call.method !== 'GET') return await attempt();
    return await withRetries(READ_RETRIES, attempt, signal);
  }

  async stream(call: Call, { signal }: CallOptions = {}): Promise<OpenStream> {
    return await this.#withToken(signal, (token) => this.#openStream(call, token, signal));
  }

  /** A refused token means that nothing was done: the same call may be made again. */
  async #withToken<T>(
    signal: AbortSignal | undefined,
    attempt: (token: string) => Promise<T>,
  ): Promise<T> {
    const { tokens, identity } = this.#context;
    const request = { ...identity, ...(signal && { signal }) };
    const first = await tokens.get(request);
    try {
      return await attempt(first.token);
    } catch (error) {
      if (!mayBeTheToken(error, first) || !tokens.refuse(first.token)) throw error;
    }
    return await attempt((await tokens.get(request)).token);
  }

  async #readJson<T>(
    call: Call,
    schema: z.ZodType<T>,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const what = describeCall(call);
    const deadline = new Deadline(what, signal);
    try {
      const response = await this.#send(call, token, deadline, 'application/json');
      deadline.arm('body', this.#context.timeouts.bodyMs);
      const answer = await readAnswer(response, what, deadline);
      const failure = failureOf(answer, what);
      if (failure) throw failure;
      const parsed = schema.safeParse(answer.body);
      if (!parsed.success) throw notCoze(answer, what, 'JSON of another shape');
      return parsed.data;
    } finally {
      deadline.disarm();
    }
  }

  async #openStream(
    call: Call,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<OpenStream> {
    const what = describeCall(call);
    const deadline = new Deadline(what, signal);
    let handedOver = false;
    try {
      const response = await this.#send(call, token, deadline, 'text/event-stream');
      // Asked for a stream, Coze still answers failures as JSON, often with status 200.
      const type = response.headers.get('content-type');
      if (response.ok && type?.toLowerCase().startsWith('text/event-stream')) {
        handedOver = true;
        return { response, deadline, what };
      }
      deadline.arm('body', this.#context.timeouts.bodyMs);
      const answer = await readAnswer(response, what, deadline);
      throw failureOf(answer, what) ?? notCoze(answer, what, describe(type));
    } finally {
      if (!handedOver) deadline.disarm();
    }
  }

  #send(call: Call, token: string, deadline: Deadline, accept: string): Promise<Response> {
    const { tokens, fetch, timeouts } = this.#context;
    const { body } = call;
    const isForm = body instanceof FormData;
    if (isForm) deadline.arm('upload', timeouts.uploadMs);
    else deadline.arm('head', timeouts.headMs);
    return send(
      fetch,
      {
        what: describeCall(call),
        url: tokens.apiBase + call.path + queryOf(call),
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept,
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      },
      deadline,
    );
  }
}

function mayBeTheToken(error: unknown, token: AccessToken): boolean {
  if (!(error instanceof CozeError)) return false;
  const { status, code, kind } = error;
  if (isTokenRefusal({ ...(status && { status }), ...(code !== undefined && { code }) })) {
    return true;
  }
  return kind === 'forbidden' && (token.ageSeconds ?? 0) >= FORBIDDEN_MIN_AGE_SECONDS;
}

/** Without the query and with ids left out: it ends up in messages. */
function describeCall({ method, path }: Call): string {
  return `${method} ${path.replaceAll(/\/\d{6,}/g, '/{id}')}`;
}

function queryOf({ query = {} }: Call): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
