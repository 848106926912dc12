/** The clockwork around runs: leases, recovery, stop requests from elsewhere, folding old logs away. */
import type { Logger } from 'pino';
import type { EventLogStore } from './event-log.store.ts';
import type { Runner } from './runner.ts';

/** A lease outlives three renewals, so that one slow commit does not cost a run (in milliseconds). */
export const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
const RECOVER_MS = 2_000;
const FOLD_AWAY_MS = 60 * 60 * 1000;
/** Deltas of ended runs are kept this long for readers that come back (24 hours). */
const KEEP_EVENTS_MS = 24 * 60 * 60 * 1000;

export function startRunUpkeep(parts: { runner: Runner; events: EventLogStore; log: Logger }) {
  const every = (periodMs: number, what: string, work: () => Promise<unknown>): NodeJS.Timeout => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error: unknown) => parts.log.error({ err: error }, `${what} failed; trying again`))
        .finally(() => (busy = false));
    }, periodMs);
  };
  const timers = [
    every(RENEW_MS, 'renewing leases', () => parts.runner.renewLeases()),
    every(RECOVER_MS, 'recovering runs', () => parts.runner.recover('lapsed')),
    every(FOLD_AWAY_MS, 'folding old runs away', () => parts.events.foldAway(KEEP_EVENTS_MS, 500)),
  ];
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
