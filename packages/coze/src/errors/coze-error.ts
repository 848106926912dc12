import type { Bilingual } from '../credentials/credentials.ts';

/** Stable kinds; a caller switches on these, not on Coze's numbers. */
export type CozeErrorKind =
  /** The request was wrong (4000, 4003–4005, 4007, 4012, 4021, `invalid_request`, …). */
  | 'bad_request'
  /** Chat, conversation, message, file or bot that is not there or belongs to another session. */
  | 'not_found'
  /** 4016: the conversation still has a running chat. */
  | 'conversation_busy'
  /** 4015, 702242003: the bot is not published to this channel. */
  | 'bot_not_published'
  /** 4008, 4011, 4019, 4022, 4027, 4028: somebody has to pay or wait for the next period. */
  | 'quota_exhausted'
  /** 429, 4013, 4020: ask again later, see `retryAfterMs`. */
  | 'rate_limited'
  /** 401, 4100, 700012006: the token is expired, revoked or from the other region. */
  | 'unauthorized'
  /** 4101: the token may not do this. */
  | 'forbidden'
  /** `invalid_client`: assertion refused: key, app id, audience, clock or a reused jti. */
  | 'invalid_client'
  /** `access_deny`: the OAuth app is deactivated or of another type. */
  | 'access_denied'
  /** 4014, 4102, 4105: refused for its content. */
  | 'content_refused'
  /** 4010: the prompt is too long. */
  | 'too_long'
  /** 4300–4304: the file was empty, too big, of a wrong type, or more than one. */
  | 'upload_refused'
  /** 4104: the chat had already ended. */
  | 'not_cancelable'
  /** 4009, 5000, 5xx: Coze's own trouble. */
  | 'upstream_failed'
  /** No connection: DNS, refused, reset, TLS. */
  | 'network'
  /** See `phase`. */
  | 'timeout'
  /** The stream ended before Coze said that the chat had ended. */
  | 'stream_cut'
  /** The answer is not Coze's: HTML, a redirect, JSON of another shape. */
  | 'unexpected_answer'
  /** This token source or client was closed. */
  | 'closed';

/** What a time-out covered. */
export type TimeoutPhase = 'head' | 'body' | 'idle' | 'upload' | 'total';

export interface CozeErrorFields {
  kind: CozeErrorKind;
  /** English, for logs; made of our own words, Coze's code and logid. Never a token or key. */
  message: string;
  /** What to do, for the person in front of it. */
  remedy: Bilingual;
  /** Coze's code: a number of the chat API, a word of the token endpoint; for `network` the system's. */
  code?: number | string;
  /** HTTP status of the answer. */
  status?: number;
  /** Coze's support id (`x-tt-logid`). */
  logid?: string;
  /** Coze's own words, cut to 300 characters, tokens and keys blanked out. */
  detail?: string;
  /** In milliseconds, where Coze said so. */
  retryAfterMs?: number;
  phase?: TimeoutPhase;
  cause?: unknown;
}

/** Whatever goes wrong between us and Coze, except an abort by the caller. */
export class CozeError extends Error {
  readonly kind: CozeErrorKind;
  readonly remedy: Bilingual;
  readonly code: number | string | undefined;
  readonly status: number | undefined;
  readonly logid: string | undefined;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly phase: TimeoutPhase | undefined;

  constructor(fields: CozeErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'CozeError';
    this.kind = fields.kind;
    this.remedy = fields.remedy;
    this.code = fields.code;
    this.status = fields.status;
    this.logid = fields.logid;
    this.detail = fields.detail;
    this.retryAfterMs = fields.retryAfterMs;
    this.phase = fields.phase;
  }
}
