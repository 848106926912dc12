/**
 * Tokens by (session, scope), in memory only. Bounded: the least recently asked-for goes first.
 *
 *   1. A token with enough life left is handed out as it is.
 *   2. Otherwise everybody who asks waits for one and the same exchange.
 *   3. After two thirds of its life a token is renewed in the background if its session asked for
 *      one within about a life, or as soon as it asks; meanwhile the old one is handed out.
 *   4. A session nobody asks for is forgotten when its token ends.
 */
import type { IssuedToken } from '../oauth/token-exchange.ts';
import { cacheKey } from './token-request.ts';
import type { TokenRequest } from './token-types.ts';

export interface CachedToken extends IssuedToken {
  /** Epoch milliseconds by Coze's clock. */
  issuedAt: number;
}

/** A request without its caller's signal: the exchange outlives whoever asked first. */
export type TokenKey = Omit<TokenRequest, 'signal'>;

interface Entry {
  request: TokenKey;
  token: CachedToken | undefined;
  pending: Promise<CachedToken> | undefined;
  /** Epoch milliseconds by Coze's clock, both. */
  lastUsedAt: number;
  renewFrom: number;
  timer: NodeJS.Timeout | undefined;
}

export interface TokenCacheOptions {
  exchange: (request: TokenKey) => Promise<IssuedToken>;
  maxEntries: number;
  minimumLifeSeconds: number;
  /** Coze's clock, in milliseconds since the epoch. */
  serverNow: () => number;
}

/** Part of its life after which a token is renewed. */
const RENEW_AFTER = 2 / 3;
/** A failed renewal is tried again after this part of what is left. */
const RENEW_AGAIN_PART = 1 / 3;
const SHORTEST_PAUSE_MS = 1_000;

export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  readonly #exchangeToken: TokenCacheOptions['exchange'];
  readonly #maxEntries: number;
  readonly #minimumLifeMs: number;
  readonly #serverNow: () => number;

  constructor(options: TokenCacheOptions) {
    this.#exchangeToken = options.exchange;
    this.#maxEntries = options.maxEntries;
    this.#minimumLifeMs = options.minimumLifeSeconds * 1000;
    this.#serverNow = options.serverNow;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The token itself where one is at hand, so that a hit costs no turn of the event loop. */
  get({ sessionName, sessionContext, scope }: TokenKey): CachedToken | Promise<CachedToken> {
    const request: TokenKey = { sessionName, sessionContext, scope };
    const key = cacheKey(request);
    const lastUsedAt = this.#serverNow();
    let entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.delete(key);
    entry ??= newEntry(request, lastUsedAt);
    // Maps keep insertion order: the least recently used entry comes first.
    this.#entries.set(key, entry);
    entry.lastUsedAt = lastUsedAt;
    this.#evict();
    const { token } = entry;
    const leftMs = token === undefined ? 0 : token.expiresAt * 1000 - lastUsedAt;
    if (token === undefined || leftMs <= this.#leastLife(token)) {
      return entry.pending ?? this.#exchange(key, entry);
    }
    if (lastUsedAt >= entry.renewFrom) this.#renew(key, entry);
    return token;
  }

  /** Never hands this token out again. */
  refuse(token: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.token?.token !== token) continue;
      entry.token = undefined;
      clearTimeout(entry.timer);
    }
  }

  list(): { sessionName: string | undefined; lastUsedAt: number; token: CachedToken }[] {
    return [...this.#entries.values()].flatMap(({ request: { sessionName }, lastUsedAt, token }) =>
      token === undefined ? [] : [{ sessionName, lastUsedAt, token }],
    );
  }

  clear(): void {
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
    this.#entries.clear();
  }

  #exchange(key: string, entry: Entry): Promise<CachedToken> {
    const pending = this.#exchangeToken(entry.request)
      .then((issued) => {
        const token = { ...issued, issuedAt: this.#serverNow() };
        entry.token = token;
        this.#renewAfter(lifeMs(token) * RENEW_AFTER, key, entry);
        return token;
      })
      .finally(() => {
        entry.pending = undefined;
        // Nothing to keep: a session whose first exchange failed leaves no trace.
        if (entry.token === undefined && this.#entries.get(key) === entry)
          this.#entries.delete(key);
      });
    entry.pending = pending;
    return pending;
  }

  #renewAfter(delayMs: number, key: string, entry: Entry): void {
    entry.renewFrom = this.#serverNow() + delayMs;
    this.#schedule(key, entry, delayMs);
  }

  #schedule(key: string, entry: Entry, delayMs: number): void {
    clearTimeout(entry.timer);
    if (this.#entries.get(key) !== entry) return;
    entry.timer = setTimeout(() => this.#onTimer(key, entry), delayMs).unref();
  }

  #onTimer(key: string, entry: Entry): void {
    const { token } = entry;
    const now = this.#serverNow();
    if (token === undefined || token.expiresAt * 1000 <= now) {
      if (entry.pending === undefined) this.#entries.delete(key);
      return;
    }
    const usedLately = entry.lastUsedAt > token.issuedAt - lifeMs(token) * (1 - RENEW_AFTER);
    if (usedLately) this.#renew(key, entry);
    else this.#schedule(key, entry, token.expiresAt * 1000 - now);
  }

  #renew(key: string, entry: Entry): void {
    if (entry.pending !== undefined) return;
    // The source's status tells of the failure; meanwhile the old token still holds.
    this.#exchange(key, entry).catch(() => {
      const leftMs = (entry.token?.expiresAt ?? 0) * 1000 - this.#serverNow();
      this.#renewAfter(Math.max(leftMs * RENEW_AGAIN_PART, SHORTEST_PAUSE_MS), key, entry);
    });
  }

  /** A token Coze made very short still has to be usable at all. */
  #leastLife(token: CachedToken): number {
    return Math.min(this.#minimumLifeMs, lifeMs(token) / 10);
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#maxEntries) return;
      clearTimeout(entry.timer);
      this.#entries.delete(key);
    }
  }
}

function lifeMs(token: CachedToken): number {
  return token.expiresAt * 1000 - token.issuedAt;
}

function newEntry(request: TokenKey, lastUsedAt: number): Entry {
  return {
    request,
    token: undefined,
    pending: undefined,
    lastUsedAt,
    renewFrom: Number.POSITIVE_INFINITY,
    timer: undefined,
  };
}
