/** Which problem codes an operation can answer with: those of its statuses that make sense for it. */
import { ERROR_STATUS, type ErrorCode } from '@zcbot/protocol/errors';

interface Traits {
  path: string;
  hasBody: boolean;
  hasCursor: boolean;
  needsToken: boolean;
  isStream: boolean;
}

/** Codes that are not for every operation with their status. */
const ONLY: Partial<Record<ErrorCode, (traits: Traits) => boolean>> = {
  malformed_json: ({ hasBody }) => hasBody,
  malformed_cursor: ({ hasCursor }) => hasCursor,
  foreign_event_id: ({ isStream }) => isStream,
  unauthenticated: ({ needsToken }) => needsToken,
  token_expired: ({ needsToken }) => needsToken,
  token_revoked: ({ needsToken }) => needsToken,
  invalid_platform_key: ({ needsToken }) => !needsToken,
  invalid_credentials: ({ path }) => path.endsWith('/login'),
  foreign_origin: ({ path }) => path.endsWith('/login'),
  task_id_reused: ({ path }) => path.endsWith('/tasks'),
  message_id_reused: ({ path }) => path.endsWith('/messages'),
  queue_full: ({ path }) => path.endsWith('/messages'),
  run_id_reused: ({ path }) => path.endsWith('/runs'),
  run_not_repeatable: ({ path }) => path.endsWith('/runs'),
  restore_expired: ({ path }) => path.endsWith('/restore'),
  rate_limited: ({ isStream }) => !isStream,
  too_many_streams: ({ isStream }) => isStream,
};

export function codesOf(status: number, traits: Traits): string[] {
  const codes = Object.keys(ERROR_STATUS) as ErrorCode[];
  return codes.filter((code) => ERROR_STATUS[code] === status && (ONLY[code]?.(traits) ?? true));
}
