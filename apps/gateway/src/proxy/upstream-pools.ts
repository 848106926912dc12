/** Keep-alive connections to each upstream origin; the least used origin makes room for a new one. */
import { Pool } from 'undici';
import type { HostGuard } from './host-guard.ts';

/** Wildcard hosts could otherwise fill memory with pools. */
const ORIGINS_MAX = 64;
const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 20_000;

export interface UpstreamPools {
  for(target: URL): Pool;
  close(): Promise<void>;
}

export function createUpstreamPools(guard: HostGuard): UpstreamPools {
  const pools = new Map<string, Pool>();

  return {
    for(target) {
      const origin = target.origin;
      const known = pools.get(origin);
      if (known) {
        // A Map keeps insertion order: moving the pool to the end marks it as used last.
        if (pools.size > 1) {
          pools.delete(origin);
          pools.set(origin, known);
        }
        return known;
      }
      if (pools.size >= ORIGINS_MAX) {
        const oldest = pools.entries().next().value;
        if (oldest) {
          pools.delete(oldest[0]);
          void oldest[1].close();
        }
      }
      const pool = new Pool(origin, {
        connections: null,
        pipelining: 1,
        headersTimeout: HEADERS_TIMEOUT_MS,
        // A quiet event stream is not a dead one; its end comes from either side, not from a clock.
        bodyTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connect: { timeout: CONNECT_TIMEOUT_MS, lookup: guard.lookupFor(target) },
      });
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** WebSocket schemes name the same endpoints as HTTP ones (RFC 6455 §3). */
export function httpOrigin(target: URL): URL {
  if (target.protocol === 'https:' || target.protocol === 'http:') return target;
  return new URL(target.href.replace(/^ws/, 'http'));
}
