import type { TokenRequest } from './token-types.ts';

/** What makes two requests ask for the same token. Field order within a scope does not matter. */
export function cacheKey({ sessionName, sessionContext, scope }: TokenRequest): string {
  // The usual case, and unlike the other it begins with no bracket.
  if (sessionName !== undefined && sessionContext === undefined && scope === undefined) {
    return `name:${sessionName}`;
  }
  return JSON.stringify([sessionName ?? null, sessionContext ?? null, scope ?? null], sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
