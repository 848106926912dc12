import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export function initial(kind: 'sqlite' | 'postgres'): Migration {
  // In SQLite `bigint` has integer affinity like `integer`, so one spelling serves both.
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('users')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('email', 'text', (c) => c.unique())
        .addColumn('name', 'text')
        .addColumn('password_hash', 'text')
        .addColumn('token_generation', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('change_seq', 'bigint', (c) => c.notNull().defaultTo(0))
        .addColumn('changed_at', 'bigint', (c) => c.notNull())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema.createIndex('users_changed').on('users').column('changed_at').execute();

      await db.schema
        .createTable('revoked_tokens')
        .addColumn('jti', 'text', (c) => c.primaryKey())
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('expires_at', 'bigint', (c) => c.notNull())
        .addColumn('revoked_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('revoked_tokens_at')
        .on('revoked_tokens')
        .column('revoked_at')
        .execute();

      await db.schema
        .createTable('rate_limits')
        .addColumn('bucket', 'text', (c) => c.primaryKey())
        .addColumn('failures', 'integer', (c) => c.notNull())
        .addColumn('resets_at', 'bigint', (c) => c.notNull())
        .execute();

      await db.schema
        .createTable('tasks')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
        .addColumn('title', 'text', (c) => c.notNull())
        .addColumn('engine', 'text', (c) => c.notNull())
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('next_turn', 'integer', (c) => c.notNull())
        .addColumn('next_position', 'integer', (c) => c.notNull())
        .addColumn('answered_position', 'integer', (c) => c.notNull())
        .addColumn('read_position', 'integer', (c) => c.notNull())
        .addColumn('created_seq', 'bigint', (c) => c.notNull())
        .addColumn('change_seq', 'bigint', (c) => c.notNull())
        .addColumn('archived_at', 'bigint')
        .addColumn('deleted_at', 'bigint')
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('updated_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema
        .createIndex('tasks_of_user')
        .on('tasks')
        .columns(['user_id', 'updated_at', 'id'])
        .execute();
      await db.schema
        .createIndex('tasks_changed')
        .on('tasks')
        .columns(['user_id', 'change_seq'])
        .execute();

      await db.schema
        .createTable('messages')
        .addColumn('task_id', 'text', (c) => c.notNull().references('tasks.id'))
        .addColumn('id', 'text', (c) => c.notNull())
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('role', 'text', (c) => c.notNull())
        .addColumn('turn', 'integer', (c) => c.notNull())
        .addColumn('position', 'integer', (c) => c.notNull())
        .addColumn('run_id', 'text')
        .addColumn('status', 'text', (c) => c.notNull())
        .addColumn('parts', 'text', (c) => c.notNull())
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('body_hash', 'text')
        .addColumn('error_code', 'text')
        .addColumn('error_message', 'text')
        .addColumn('superseded', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('messages_pk', ['task_id', 'id'])
        .execute();
      await db.schema
        .createIndex('messages_in_order')
        .on('messages')
        .columns(['task_id', 'turn', 'position'])
        .execute();

      await db.schema
        .createTable('runs')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('task_id', 'text', (c) => c.notNull().references('tasks.id'))
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('turn', 'integer', (c) => c.notNull())
        .addColumn('input_message_id', 'text', (c) => c.notNull())
        .addColumn('message_id', 'text')
        .addColumn('request_id', 'text')
        .addColumn('mode', 'text', (c) => c.notNull())
        .addColumn('parent_run_id', 'text')
        .addColumn('engine', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('head_seq', 'bigint', (c) => c.notNull())
        .addColumn('first_seq', 'bigint', (c) => c.notNull())
        .addColumn('owner', 'text')
        .addColumn('epoch', 'integer', (c) => c.notNull())
        .addColumn('lease_until', 'bigint', (c) => c.notNull())
        .addColumn('stop_requested_at', 'bigint')
        .addColumn('provider_ref', 'text')
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('ended_at', 'bigint')
        .execute();
      await sql`create unique index one_live_run on runs (task_id) where state = 'running'`.execute(
        db,
      );
      await sql`create index runs_open on runs (state, lease_until) where state in ('queued', 'running')`.execute(
        db,
      );
      await db.schema
        .createIndex('runs_request')
        .unique()
        .on('runs')
        .columns(['task_id', 'request_id'])
        .execute();
      await db.schema.createIndex('runs_of_task').on('runs').columns(['task_id', 'turn']).execute();
      await db.schema.createIndex('runs_ended').on('runs').column('ended_at').execute();

      const events = db.schema
        .createTable('run_events')
        .addColumn('run_id', 'text', (c) => c.notNull())
        .addColumn('seq', 'bigint', (c) => c.notNull())
        .addColumn('type', 'text', (c) => c.notNull())
        .addColumn('data', 'text', (c) => c.notNull())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('run_events_pk', ['run_id', 'seq']);
      await (kind === 'sqlite' ? events.modifyEnd(sql`without rowid`) : events).execute();
    },
  };
}
