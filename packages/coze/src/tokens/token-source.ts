/**
 * Tokens for everything that talks to Coze: cached, single-flight, renewed before they end.
 * Nothing is written to disk.
 */
import type { Credentials, JwtCredentials } from '../credentials/credentials.ts';
import { CozeError } from '../errors/coze-error.ts';
import { remedyFor } from '../errors/remedies.ts';
import { withRetries } from '../http/retry.ts';
import { ClockOffset } from '../oauth/clock-offset.ts';
import { ClockCorrected, exchangeToken, type IssuedToken } from '../oauth/token-exchange.ts';
import { timeoutError } from '../http/deadline.ts';
import { Gate } from './gate.ts';
import { fixedToken } from './fixed-token.ts';
import { TokenCache, type CachedToken, type TokenKey } from './token-cache.ts';
import type {
  AccessToken,
  CachedTokenInfo,
  Scope,
  TokenRequest,
  TokenSource,
  TokenSourceStatus,
} from './token-types.ts';

export type * from './token-types.ts';

export interface TokenSourceOptions {
  credentials: Credentials;
  /** Default is the global one. Called with URLs below `credentials.apiBase` only. */
  fetch?: typeof globalThis.fetch;
  /** Life of a token as asked for, in seconds. Default is 900 (15 minutes), at most 86399. */
  durationSeconds?: number;
  /** A token with less than this is not handed out, in seconds. Default is 60. */
  minimumLifeSeconds?: number;
  /** Exchanges at a time. Default is 16. */
  concurrency?: number;
  /** Sessions kept. Default is 10,000. */
  maxEntries?: number;
  /** How long one ask may take, tries, pauses and queue together. In ms. Default is 20,000. */
  budgetMs?: number;
  /** Of one try: until the answer begins. In ms. Default is 8,000. */
  headMs?: number;
  /** Epoch milliseconds. Default is Date.now. */
  now?: () => number;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;
const QUEUE_LIMIT = 10_000;
const MAX_DURATION_SECONDS = 86_399;

/** @throws RangeError for a duration Coze does not accept */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { credentials } = options;
  if (credentials.kind === 'pat') {
    const { apiBase, pat } = credentials;
    return fixedToken(apiBase, () => pat.reveal());
  }
  const duration = options.durationSeconds ?? 900;
  if (!Number.isInteger(duration) || duration < 1 || duration > MAX_DURATION_SECONDS) {
    throw new RangeError(
      `durationSeconds must be a whole number from 1 to ${MAX_DURATION_SECONDS}`,
    );
  }
  return new JwtTokenSource(credentials, { ...options, durationSeconds: duration });
}

/** The scope of a token that may chat with these bots and nothing else (docs: oauth_jwt). */
export function botChatScope(botIds: string[]): Scope {
  return {
    account_permission: { permission_list: ['Connector.botChat'] },
    attribute_constraint: { connector_bot_chat_attribute: { bot_id_list: botIds } },
  };
}

class JwtTokenSource implements TokenSource {
  readonly kind = 'jwt';
  readonly apiBase: string;
  readonly #credentials: JwtCredentials;
  readonly #options: TokenSourceOptions & { durationSeconds: number };
  readonly #now: () => number;
  readonly #clock: ClockOffset;
  readonly #cache: TokenCache;
  readonly #gate: Gate;
  readonly #closing = new AbortController();
  #succeeded = 0;
  #failed = 0;
  #lastFailure: TokenSourceStatus['lastFailure'] = null;

  constructor(
    credentials: JwtCredentials,
    options: TokenSourceOptions & { durationSeconds: number },
  ) {
    this.apiBase = credentials.apiBase;
    this.#credentials = credentials;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#clock = new ClockOffset(this.#now);
    this.#cache = new TokenCache({
      exchange: (request) => this.#exchangeWithinBudget(request),
      maxEntries: options.maxEntries ?? 10_000,
      minimumLifeSeconds: options.minimumLifeSeconds ?? 60,
      serverNow: () => this.#clock.serverNow(),
    });
    this.#gate = new Gate({
      concurrency: options.concurrency ?? 16,
      queueLimit: QUEUE_LIMIT,
      now: this.#now,
    });
  }

  async get(request: TokenRequest = {}): Promise<AccessToken> {
    this.#closing.signal.throwIfAborted();
    request.signal?.throwIfAborted();
    const found = this.#cache.get(request);
    return this.#handOut(found instanceof Promise ? await waitFor(found, request.signal) : found);
  }

  refuse(token: string): boolean {
    this.#cache.refuse(token);
    return !this.#closing.signal.aborted;
  }

  status(): TokenSourceStatus {
    return {
      clockOffsetMs: this.#clock.offsetMs,
      exchanges: {
        succeeded: this.#succeeded,
        failed: this.#failed,
        inFlight: this.#gate.running,
        queued: this.#gate.queued,
      },
      pausedUntil: this.#gate.pausedUntil,
      cached: this.#cache.size,
      lastFailure: this.#lastFailure,
    };
  }

  cachedTokens(): CachedTokenInfo[] {
    return this.#cache.list().map(({ sessionName, lastUsedAt, token }) => ({
      sessionName: sessionName ?? null,
      issuedAt: Math.floor(token.issuedAt / 1000),
      expiresAt: token.expiresAt,
      lastUsedAt: Math.floor(lastUsedAt / 1000),
    }));
  }

  close(): void {
    this.#cache.clear();
    this.#closing.abort(
      new CozeError({
        kind: 'closed',
        message: 'the token source is closed',
        remedy: remedyFor('closed'),
      }),
    );
  }

  #handOut(token: CachedToken): AccessToken {
    const now = this.#clock.serverNow();
    return {
      token: token.token,
      tokenType: 'Bearer',
      expiresAt: token.expiresAt,
      ttlSeconds: Math.floor(token.expiresAt - now / 1000),
      ageSeconds: Math.max(0, Math.floor((now - token.issuedAt) / 1000)),
    };
  }

  /** One exchange with its place in the queue, its tries and its pauses. */
  async #exchangeWithinBudget(request: TokenKey): Promise<IssuedToken> {
    const budgetMs = this.#options.budgetMs ?? 20_000;
    const deadline = this.#now() + budgetMs;
    const limit = AbortSignal.timeout(budgetMs);
    const signal = AbortSignal.any([this.#closing.signal, limit]);
    try {
      const issued = await this.#gate.run(() => this.#exchange(request, deadline, signal), signal);
      this.#succeeded += 1;
      this.#gate.succeed();
      return issued;
    } catch (error) {
      const shown =
        limit.aborted && error === limit.reason
          ? timeoutError('the token exchange', 'total', budgetMs)
          : error;
      this.#recordFailure(shown);
      throw shown;
    }
  }

  async #exchange(request: TokenKey, deadline: number, signal: AbortSignal): Promise<IssuedToken> {
    for (;;) {
      signal.throwIfAborted();
      await this.#gate.waitOutPause(deadline, signal);
      try {
        return await withRetries(
          {
            budgetMs: deadline - this.#now(),
            attempts: ATTEMPTS,
            firstPauseMs: FIRST_PAUSE_MS,
            now: this.#now,
          },
          () => this.#exchangeOnce(request, signal),
          signal,
        );
      } catch (error) {
        if (!(error instanceof CozeError) || error.kind !== 'rate_limited') throw error;
        // Coze said when to come back: the next round waits for that, or gives up at once.
        this.#gate.limit(error);
        if ((this.#gate.pausedUntil ?? 0) > deadline) throw error;
      }
    }
  }

  /** A refused signature is tried a second time only if the answer showed our clock to be wrong. */
  async #exchangeOnce(request: TokenKey, signal: AbortSignal): Promise<IssuedToken> {
    const context = {
      credentials: this.#credentials,
      fetch: this.#options.fetch ?? globalThis.fetch,
      clock: this.#clock,
      now: this.#now,
      durationSeconds: this.#options.durationSeconds,
      headMs: this.#options.headMs ?? 8_000,
      bodyMs: 5_000,
      signal,
    };
    try {
      return await exchangeToken(context, request);
    } catch (error) {
      if (!(error instanceof ClockCorrected)) throw error;
    }
    try {
      return await exchangeToken(context, request);
    } catch (error) {
      throw error instanceof ClockCorrected ? error.cause : error;
    }
  }

  #recordFailure(error: unknown): void {
    this.#failed += 1;
    if (!(error instanceof CozeError)) return;
    const { kind, code, logid } = error;
    this.#lastFailure = {
      kind,
      at: this.#now(),
      ...(code !== undefined && { code }),
      ...(logid !== undefined && { logid }),
    };
  }
}

/** Leaves the shared exchange alone when this caller gives up. */
function waitFor<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
