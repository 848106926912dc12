import { randomBytes } from 'node:crypto';

const HOUR_MS = 3_600_000;

/**
 * Who is signed in, in memory: an example needs no database. The id is the whole secret of a
 * session, so it has 256 random bits and is made anew at every sign-in (CWE-384).
 *
 * @param {{ lifetimeMs?: number, limit?: number, now?: () => number }} [options]
 *   lifetime of a session in milliseconds, default 12 hours; sessions kept at most, default 1,000
 */
export function createSessions({ lifetimeMs = 12 * HOUR_MS, limit = 1000, now = Date.now } = {}) {
  /** @type {Map<string, { employee: object, expiresAt: number }>} */
  const sessions = new Map();

  return {
    lifetimeSeconds: Math.floor(lifetimeMs / 1000),

    begin(employee) {
      // A Map keeps the order of insertion, so the first key is the oldest session.
      if (sessions.size >= limit) sessions.delete(sessions.keys().next().value);
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, { employee, expiresAt: now() + lifetimeMs });
      return id;
    },

    /** The employee of a session, or undefined when there is none or it has expired. */
    employeeOf(id) {
      const session = sessions.get(id);
      if (session && session.expiresAt > now()) return session.employee;
      sessions.delete(id);
      return undefined;
    },

    end(id) {
      sessions.delete(id);
    },
  };
}
