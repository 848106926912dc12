/**
 * What other processes changed: asked twice a second for all streams together, so that a lost or
 * missing hint (no LISTEN on SQLite; the command line next to a server) costs at most a second, in
 * which the streams of a token that was ended elsewhere have to close.
 *
 * Compares by the database's clock and looks back OVERLAP_MS, because a transaction may become
 * visible a little after the time it wrote down.
 */
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Hub } from './hub.ts';

const POLL_MS = 500;
const OVERLAP_MS = 5_000;

export interface ChangePollParts {
  database: Database;
  hub: Hub;
  log: Logger;
  /** A run worked on here that somebody asked to stop. */
  onStopRequested: (runId: string) => void;
  /** Told with every poll for a few seconds: a stream may open with it a moment after its end. */
  onTokenRevoked: (token: { userId: string; tokenId: string }) => void;
  /** The token generation of a user whose row changed; told like `onTokenRevoked`. */
  onUserSeen: (user: { id: string; tokenGeneration: number }) => void;
  owner: string;
}

export class ChangePoll {
  readonly #parts: ChangePollParts;
  readonly #runHeads = new Map<string, number>();
  readonly #userHeads = new Map<string, number>();
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: ChangePollParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    await this.#poll(false);
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#poll(true)
        .catch((error: unknown) =>
          this.#parts.log.error({ err: error }, 'looking for changes failed; trying again'),
        )
        .finally(() => this.#schedule());
    }, POLL_MS);
  }

  async #poll(announce: boolean): Promise<void> {
    const { query, now } = this.#parts.database;
    const { rows } = await sql<{ now: number }>`select ${now} as now`.execute(query);
    const nextSince = rows[0]!.now - OVERLAP_MS;
    // No stream can be older than this server: the first look needs no further past.
    const since = this.#since ?? nextSince;
    const runs = await query
      .selectFrom('runs')
      .select(['id', 'head_seq', 'owner', 'stop_requested_at'])
      .where((eb) => eb.or([eb('state', '=', 'running'), eb('ended_at', '>=', since)]))
      .execute();
    const users = await query
      .selectFrom('users')
      .select(['id', 'change_seq', 'token_generation'])
      .where('changed_at', '>=', since)
      .execute();
    const revoked = await query
      .selectFrom('revoked_tokens')
      .select(['jti', 'user_id'])
      .where('revoked_at', '>=', since)
      .execute();
    this.#since = nextSince;

    const { hub } = this.#parts;
    for (const run of runs) {
      if (run.owner === this.#parts.owner) {
        if (run.stop_requested_at !== null && announce) this.#parts.onStopRequested(run.id);
      } else if (changed(this.#runHeads, run.id, run.head_seq) && announce) {
        hub.publish(`run:${run.id}`);
      }
    }
    for (const user of users) {
      if (changed(this.#userHeads, user.id, user.change_seq) && announce)
        hub.publish(`user:${user.id}`);
      this.#parts.onUserSeen({ id: user.id, tokenGeneration: user.token_generation });
    }
    for (const { jti, user_id } of revoked) {
      this.#parts.onTokenRevoked({ userId: user_id, tokenId: jti });
    }
    keepOnly(this.#runHeads, new Set(runs.map((run) => run.id)));
    keepOnly(this.#userHeads, new Set(users.map((user) => user.id)));
  }
}

function changed(heads: Map<string, number>, key: string, head: number): boolean {
  const before = heads.get(key);
  heads.set(key, head);
  return before !== head;
}

function keepOnly(heads: Map<string, number>, keys: Set<string>): void {
  for (const key of heads.keys()) if (!keys.has(key)) heads.delete(key);
}
