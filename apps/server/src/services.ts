/** The composition root: builds every part once and says who knows whom. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createAuthService } from './auth/auth.service.ts';
import { createAuthStore } from './auth/auth.store.ts';
import { startAuthUpkeep } from './auth/auth-upkeep.ts';
import { createLoginLimits } from './auth/login-limits.ts';
import { createPasswords } from './auth/passwords.ts';
import { createRateLimitStore } from './auth/rate-limits.store.ts';
import { createTokens } from './auth/tokens.ts';
import { databaseLocation, type ServerSettings } from './config/settings.ts';
import { openDatabase } from './database/database.ts';
import { lockSqlite } from './database/server-lock.ts';
import type { Engine } from './engines/engine.ts';
import { createEngines } from './engines/engines.ts';
import { ChangePoll } from './events/change-poll.ts';
import { createEventsService } from './events/events.service.ts';
import { Hub } from './events/hub.ts';
import { PostgresHints } from './events/postgres-hints.ts';
import { Streams } from './events/streams.ts';
import { HealthService } from './health/health.service.ts';
import { createHealthStore } from './health/health.store.ts';
import { Metrics } from './health/metrics.ts';
import { createClientAddress } from './http/client-address.ts';
import { createMessageService } from './messages/messages.service.ts';
import { createMessageStore } from './messages/messages.store.ts';
import { EventLog } from './runs/event-log.ts';
import { createEventLogStore } from './runs/event-log.store.ts';
import { createRunLeaseStore } from './runs/run-lease.store.ts';
import { LEASE_MS, startRunUpkeep } from './runs/run-upkeep.ts';
import { Runner } from './runs/runner.ts';
import { createRunService } from './runs/runs.service.ts';
import { createRunStore } from './runs/runs.store.ts';
import { createTaskService } from './tasks/tasks.service.ts';
import { createTaskStore } from './tasks/tasks.store.ts';
import { createUserStore } from './users/users.store.ts';

/** Answers that are being written when the server stops get this long to finish (in milliseconds). */
const DRAIN_MS = 5_000;

export async function buildServices(options: {
  settings: ServerSettings;
  engines: readonly [Engine, ...Engine[]];
  log: Logger;
}) {
  const { settings, log } = options;
  const owner = randomUUID();
  const location = databaseLocation(settings);
  const unlock = location.kind === 'sqlite' ? lockSqlite(location.path) : undefined;
  const database = await openDatabase(location, (error) =>
    log.warn({ err: error }, 'a database connection was lost'),
  );

  const hub = new Hub();
  const engines = createEngines(options.engines);
  const leases = createRunLeaseStore(database, LEASE_MS);
  const events = createEventLogStore(database, LEASE_MS);
  const runStore = createRunStore(database);
  const taskStore = createTaskStore(database);
  const users = createUserStore(database);

  const hints = new PostgresHints({ database, hub, sender: owner, log });
  const metrics = new Metrics();
  const eventLog = new EventLog({
    owner,
    store: events,
    leases,
    hub,
    log,
    onCommit: (count, seconds) => metrics.committed(count, seconds),
  });
  const runner = new Runner({ owner, leases, events, runs: runStore, eventLog, engines, hub, log });
  const streams = new Streams({ hub, events, tasks: taskStore });
  metrics.watch({
    openStreams: () => streams.count,
    activeRuns: () => runner.activeRuns,
    pendingEvents: () => eventLog.pendingEvents,
  });

  const authStore = createAuthStore(database);
  const rateLimits = createRateLimitStore(database);
  const auth = createAuthService({
    tokens: createTokens({
      secret: settings.jwtSecret,
      previousSecret: settings.jwtSecretPrevious,
      ttlSeconds: settings.tokenTtlSeconds,
    }),
    users,
    store: authStore,
    passwords: createPasswords(),
    limits: createLoginLimits(rateLimits),
    streams,
    platformKeys: [settings.platformKey, settings.platformKeyPrevious].filter(
      (key) => key !== undefined,
    ),
  });
  const runs = createRunService({ store: runStore, runner, hub });
  const tasks = createTaskService({ store: taskStore, engines, hub, stopRuns: runs.stopTask });
  const messages = createMessageService({
    store: createMessageStore(database),
    events,
    hub,
    onQueued: (taskId) => void runner.startNext(taskId),
  });
  const poll = new ChangePoll({
    database,
    hub,
    log,
    owner,
    onStopRequested: (runId) => runner.stop(runId),
    onTokenRevoked: ({ userId, tokenId }) => streams.endToken(userId, tokenId),
    onUserSeen: ({ id, tokenGeneration }) => streams.endOlderTokens(id, tokenGeneration),
  });

  await runner.recover(database.kind === 'sqlite' ? 'all' : 'lapsed');
  await poll.start();
  if (database.kind === 'postgres') await hints.start();
  const upkeep = startRunUpkeep({ runner, events, log });
  const authUpkeep = startAuthUpkeep({ store: authStore, rateLimits, log });

  return {
    database,
    auth,
    engines,
    tasks,
    messages,
    runs,
    events: createEventsService({ runs: runStore, tasks: taskStore, streams }),
    streams,
    runner,
    health: new HealthService(createHealthStore(database)),
    metrics,
    clientAddress: createClientAddress(settings.trustedProxies),
    log,
    async stop(): Promise<void> {
      upkeep.stop();
      authUpkeep.stop();
      poll.stop();
      const steps: (() => void | Promise<void>)[] = [
        () => runner.drain(DRAIN_MS),
        () => streams.close(),
        () => hints.stop(),
        () => database.close(),
      ];
      for (const step of steps) {
        try {
          await step();
        } catch (error) {
          // The database may be away; what is left to stop is stopped all the same.
          log.error({ err: error }, 'stopping was not clean');
        }
      }
      unlock?.();
    },
  };
}
