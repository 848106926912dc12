const LONGEST_MS = 60 * 60_000;

/** RFC 9110 §10.2.3: seconds or an HTTP date. In milliseconds, at most an hour. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const written = header?.trim();
  if (!written) return undefined;
  const wait = /^\d+$/.test(written) ? Number(written) * 1000 : Date.parse(written) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_MS);
}
