/**
 * Every error a client can meet, by its stable code. The wire form is RFC 9457 problem details
 * with the code beside the standard members; `status` is the only place a code gets its number.
 */
export const ERROR_STATUS = {
  invalid_request: 400,
  malformed_json: 400,
  malformed_cursor: 400,
  foreign_event_id: 400,
  unauthenticated: 401,
  token_expired: 401,
  token_revoked: 401,
  invalid_platform_key: 401,
  invalid_credentials: 401,
  platform_key_from_browser: 403,
  foreign_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  task_id_reused: 409,
  message_id_reused: 409,
  run_id_reused: 409,
  run_not_repeatable: 409,
  queue_full: 409,
  restore_expired: 409,
  body_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  expectation_failed: 417,
  rate_limited: 429,
  too_many_streams: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** RFC 9457 problem details as every endpoint answers them (`application/problem+json`). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What happened and what to do, in English; never a secret. */
  detail: string;
  code: ErrorCode;
  /** Present on `invalid_request`: one entry per faulty field, `field` a dotted path. */
  errors?: { field: string; message: string }[];
}
