/** The tables, one interface each. Times are epoch milliseconds by the database's clock. */
import type { ColumnType } from 'kysely';

export interface Schema {
  users: UserTable;
  revoked_tokens: RevokedTokenTable;
  rate_limits: RateLimitTable;
  tasks: TaskTable;
  messages: MessageTable;
  runs: RunTable;
  run_events: RunEventTable;
}

export interface UserTable {
  id: string;
  email: string | null;
  name: string | null;
  password_hash: string | null;
  /** Tokens carry the generation they were made in; raising it ends them all. */
  token_generation: ColumnType<number, number | undefined, number>;
  /** Counts the changes of this user's tasks; a tab's stream is a cursor over it. */
  change_seq: ColumnType<number, number | undefined, number>;
  changed_at: number;
  created_at: number;
}

export interface RevokedTokenTable {
  jti: string;
  user_id: string;
  expires_at: number;
  revoked_at: number;
}

export interface RateLimitTable {
  bucket: string;
  failures: number;
  resets_at: number;
}

export interface TaskTable {
  id: string;
  user_id: string;
  title: string;
  engine: string;
  status: 'idle' | 'running' | 'waiting';
  /** Orders messages; see messages.turn and .position. */
  next_turn: number;
  next_position: number;
  /** Position of the newest ended answer, and of the newest message the user has seen. */
  answered_position: number;
  read_position: number;
  /** The user's change_seq at creation and at the last change. */
  created_seq: number;
  change_seq: number;
  archived_at: number | null;
  deleted_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface MessageTable {
  task_id: string;
  id: string;
  user_id: string;
  role: 'user' | 'assistant';
  /**
   * A user's message opens a turn and its answers join it, so that messages queued while an answer
   * is being written stay below that answer.
   */
  turn: number;
  position: number;
  run_id: string | null;
  status: 'queued' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';
  /** JSON of Part[]; for a streaming message the log holds the truth. */
  parts: string;
  /** Plain text of the parts, for search. */
  text: string;
  /** SHA-256 of the body as posted, to tell a repeated POST from a reused id. */
  body_hash: string | null;
  error_code: string | null;
  error_message: string | null;
  /** 1 when a retry has replaced this answer. */
  superseded: number;
  created_at: number;
}

export interface RunTable {
  id: string;
  task_id: string;
  user_id: string;
  turn: number;
  /** The user's message that this run answers. */
  input_message_id: string;
  /** The answer; set when the run starts. */
  message_id: string | null;
  /** Client-made id of a retry or continue request. */
  request_id: string | null;
  mode: 'answer' | 'retry' | 'continue';
  parent_run_id: string | null;
  engine: string;
  state: 'queued' | 'running' | 'completed' | 'stopped' | 'interrupted' | 'failed';
  head_seq: number;
  /** First event still in the log; larger than 1 once older ones have been folded away. */
  first_seq: number;
  /** Lease: who works on the run, until when; the epoch fences former owners. */
  owner: string | null;
  epoch: number;
  lease_until: number;
  stop_requested_at: number | null;
  /** JSON the engine needs to re-attach at its provider. */
  provider_ref: string | null;
  created_at: number;
  ended_at: number | null;
}

export interface RunEventTable {
  run_id: string;
  seq: number;
  type: string;
  data: string;
  at: number;
}
