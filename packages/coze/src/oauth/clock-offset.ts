/**
 * How far Coze's clock is ahead of ours, learned from the Date header of its answers (RFC 9110
 * §6.6.1). Assertions are dated, and expiries judged, by Coze's clock: a laptop that is minutes
 * off would otherwise be refused with nothing but `invalid_client`.
 */
export class ClockOffset {
  #offsetMs: number | null = null;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Null until an answer was seen. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** Coze's time, in milliseconds since the epoch. */
  serverNow(): number {
    return this.#now() + (this.#offsetMs ?? 0);
  }

  /** Says by how many milliseconds the offset changed. */
  observe(date: string | null, sentAt: number, receivedAt: number): number {
    const told = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(told)) return 0;
    // The header has whole seconds, and was written at some moment of the round trip.
    const measured = told + 500 - (sentAt + receivedAt) / 2;
    const uncertainty = 500 + (receivedAt - sentAt) / 2;
    const before = this.#offsetMs ?? 0;
    const known = this.#offsetMs !== null;
    if (known && Math.abs(measured - before) <= 2 * uncertainty) return 0;
    // The least it can be: an `iat` of the next second would lie in Coze's future.
    const least = Math.floor(measured - uncertainty);
    this.#offsetMs = Math.abs(measured) <= uncertainty ? 0 : least;
    return Math.abs(this.#offsetMs - before);
  }
}
