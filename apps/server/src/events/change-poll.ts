/**
 * What other processes changed: asked once a second for all streams together, so that a lost or
 * missing hint (no LISTEN on SQLite; the command line next to a server) costs at most that second.
 *
 * Compares by the database's clock and looks back OVERLAP_MS, because a transaction may become
 * visible a little after the time it wrote down.
 */
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Hub } from './hub.ts';

const POLL_MS = 1_000;
const OVERLAP_MS = 5_000;

export interface ChangePollParts {
  database: Database;
  hub: Hub;
  log: Logger;
  /** A run worked on here that somebody asked to stop. */
  onStopRequested: (runId: string) => void;
  onTokenRevoked: (token: { userId: string; tokenId: string }) => void;
  /** The user's token generation, when the user row changed. */
  onUserSeen: (user: { id: string; tokenGeneration: number }) => void;
  owner: string;
}

export class ChangePoll {
  readonly #parts: ChangePollParts;
  readonly #runHeads = new Map<string, number>();
  readonly #userHeads = new Map<string, number>();
  readonly #revoked = new Set<string>();
  #since = 0;
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
    const since = this.#since;
    const { rows } = await sql<{ now: number }>`select ${now} as now`.execute(query);
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
    this.#since = rows[0]!.now - OVERLAP_MS;

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
      if (this.#revoked.has(jti)) continue;
      this.#revoked.add(jti);
      this.#parts.onTokenRevoked({ userId: user_id, tokenId: jti });
    }
    keepOnly(this.#runHeads, new Set(runs.map((run) => run.id)));
    keepOnly(this.#userHeads, new Set(users.map((user) => user.id)));
    for (const jti of this.#revoked)
      if (!revoked.some((row) => row.jti === jti)) this.#revoked.delete(jti);
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
