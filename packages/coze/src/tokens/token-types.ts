import type { CozeErrorKind } from '../errors/coze-error.ts';

/**
 * Whose token: at most one of the two may be given. Without both, the token belongs to the app's
 * account as a whole.
 */
export interface SessionIdentity {
  /** The name sent to Coze, made by `sessionNamesBy` unless COZE_SESSION_NAMES=raw. */
  sessionName?: string;
  /** Metering per device, flagship enterprise only. */
  sessionContext?: SessionContext;
}

export interface SessionContext {
  device_info: { device_id?: string; custom_consumer?: string };
}

/** Least privilege for one token, in Coze's own field names. `botChatScope` makes the usual one. */
export interface Scope {
  account_permission?: { permission_list: string[] };
  attribute_constraint?: { connector_bot_chat_attribute: { bot_id_list: string[] } };
  workspace_permission?: { workspace_id_list: string[]; permission_list: string[] };
  workflow_permission?: { workflow_id_list: string[]; permission_list: string[] };
}

export interface TokenRequest extends SessionIdentity {
  scope?: Scope;
  /** Gives up this caller's wait; an exchange shared with others goes on. Rejects with its reason. */
  signal?: AbortSignal;
}

export interface AccessToken {
  /** `czs_…`, or the PAT itself. */
  token: string;
  tokenType: 'Bearer';
  /** Epoch seconds, as Coze gave it; null for a PAT. */
  expiresAt: number | null;
  /** Seconds of life left by Coze's clock, at the moment of asking; null for a PAT. */
  ttlSeconds: number | null;
  /** Seconds since it was issued; null for a PAT. */
  ageSeconds: number | null;
}

export interface TokenSource {
  readonly kind: 'jwt' | 'pat';
  readonly apiBase: string;
  /**
   * A token with at least `minimumLifeSeconds` left. From the cache where possible; concurrent asks
   * for one identity and scope share one exchange.
   * @throws CozeError (`invalid_client`, `access_denied`, `rate_limited`, `network`, `timeout`, …)
   */
  get(request?: TokenRequest): Promise<AccessToken>;
  /**
   * Coze refused this token (401, 4100, 700012006): it is never handed out again. Says whether
   * asking again can give another one (false for a PAT and after `close`).
   */
  refuse(token: string): boolean;
  status(): TokenSourceStatus;
  /** What the broker's page shows; never a token. */
  cachedTokens(): CachedTokenInfo[];
  /** Ends background renewals and pending exchanges; later asks reject. */
  close(): void;
}

export interface TokenSourceStatus {
  /** Coze's clock minus ours, in milliseconds; null until an answer was seen. */
  clockOffsetMs: number | null;
  exchanges: { succeeded: number; failed: number; inFlight: number; queued: number };
  /** Epoch milliseconds until which Coze asked us to wait; null when it does not. */
  pausedUntil: number | null;
  cached: number;
  /** Of the last exchange that failed, background renewals included. `at`: epoch milliseconds. */
  lastFailure: { kind: CozeErrorKind; at: number; code?: number | string; logid?: string } | null;
}

/** One cached token without the token. */
export interface CachedTokenInfo {
  /** The name sent to Coze, which under COZE_SESSION_NAMES=raw is a key; null for the shared session. */
  sessionName: string | null;
  /** Epoch seconds, all three. */
  issuedAt: number;
  expiresAt: number;
  lastUsedAt: number;
}
