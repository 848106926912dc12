/** Per client: requests per minute (a token bucket that refills evenly) and requests open at a time. */
import { ProxyError } from './proxy-error.ts';

const MINUTE_MS = 60_000;
/** Clients that are forgotten first when more than this many are known. */
const CLIENTS_MAX = 10_000;

interface Client {
  tokens: number;
  refilledAt: number;
  open: number;
}

export interface ClientLimits {
  /** Counts a request in. Call `leave` exactly once when it is over. @throws ProxyError 429 */
  enter(client: string): void;
  leave(client: string): void;
}

export function createClientLimits(options: {
  perMinute: number;
  maxOpen: number;
  /** Milliseconds, monotonic. */
  now?: () => number;
}): ClientLimits {
  const now = options.now ?? performance.now.bind(performance);
  const perMs = options.perMinute / MINUTE_MS;
  const clients = new Map<string, Client>();

  function known(name: string): Client {
    const client = clients.get(name);
    if (client) return client;
    if (clients.size >= CLIENTS_MAX) {
      for (const [other, { open }] of clients) {
        if (open > 0) continue;
        clients.delete(other);
        break;
      }
    }
    const fresh = { tokens: options.perMinute, refilledAt: now(), open: 0 };
    clients.set(name, fresh);
    return fresh;
  }

  return {
    enter(name) {
      const client = known(name);
      if (client.open >= options.maxOpen) {
        throw new ProxyError(
          'too_many_requests',
          `More than ${options.maxOpen} requests are open at a time. Wait for some to end, or raise COZE_PROXY_MAX_CONCURRENCY.`,
          { retryAfterSeconds: 1 },
        );
      }
      const time = now();
      client.tokens = Math.min(
        options.perMinute,
        client.tokens + (time - client.refilledAt) * perMs,
      );
      client.refilledAt = time;
      if (client.tokens < 1) {
        throw new ProxyError(
          'rate_limited',
          `More than ${options.perMinute} requests in a minute. Slow down, or raise COZE_PROXY_RATE_LIMIT.`,
          { retryAfterSeconds: Math.ceil((1 - client.tokens) / perMs / 1000) },
        );
      }
      client.tokens -= 1;
      client.open += 1;
    },
    leave(name) {
      const client = clients.get(name);
      if (client) client.open -= 1;
    },
  };
}
