/**
 * Hints between servers on one PostgreSQL, by LISTEN/NOTIFY. They only make news arrive sooner;
 * the poll behind them finds what a lost one would have told.
 *
 * Payload: `<sender> <topic>`, both without spaces, far below PostgreSQL's 8000 bytes.
 */
import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { CommittedEvents, Hub, HubListener } from './hub.ts';

const CHANNEL = 'zcbot';
/** Topics gather this long before one NOTIFY statement (in milliseconds). */
const GATHER_MS = 20;
const RECONNECT_MS = 2_000;

export class PostgresHints implements HubListener {
  readonly #database: Database;
  readonly #hub: Hub;
  readonly #sender: string;
  readonly #log: Logger;
  readonly #topics = new Set<string>();
  #client: pg.PoolClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** True while a hint from another server is being handed on, so that it is not sent back. */
  #relaying = false;

  constructor(parts: { database: Database; hub: Hub; sender: string; log: Logger }) {
    this.#database = parts.database;
    this.#hub = parts.hub;
    this.#sender = parts.sender;
    this.#log = parts.log;
  }

  async start(): Promise<void> {
    this.#hub.subscribeAll(this);
    await this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#client?.release(true);
    this.#client = undefined;
    return Promise.resolve();
  }

  hint(topic: string, _committed?: CommittedEvents): void {
    if (this.#relaying || this.#stopped) return;
    this.#topics.add(topic);
    this.#timer ??= setTimeout(() => void this.#notify(), GATHER_MS);
  }

  async #notify(): Promise<void> {
    this.#timer = undefined;
    const rows = [...this.#topics].map((topic) => ({ payload: `${this.#sender} ${topic}` }));
    this.#topics.clear();
    const given = this.#database.rows({ payload: 'text' }, rows);
    try {
      await sql`select pg_notify(${CHANNEL}, payload) from ${given} as given`.execute(
        this.#database.query,
      );
    } catch (error) {
      this.#log.warn({ err: error }, 'other servers could not be told of news; they poll');
    }
  }

  async #listen(): Promise<void> {
    if (this.#stopped || !this.#database.pool) return;
    try {
      const client = await this.#database.pool.connect();
      client.on('notification', ({ payload }) => this.#receive(payload ?? ''));
      client.on('error', () => this.#relisten(client));
      client.on('end', () => this.#relisten(client));
      await client.query(`listen ${CHANNEL}`);
      this.#client = client;
    } catch (error) {
      this.#log.warn({ err: error }, 'listening for news from other servers failed; trying again');
      setTimeout(() => void this.#listen(), RECONNECT_MS).unref();
    }
  }

  #relisten(client: pg.PoolClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.release(true);
    setTimeout(() => void this.#listen(), RECONNECT_MS).unref();
  }

  #receive(payload: string): void {
    const [sender, topic] = payload.split(' ');
    if (sender === this.#sender || topic === undefined) return;
    this.#relaying = true;
    this.#hub.publish(topic);
    this.#relaying = false;
  }
}
