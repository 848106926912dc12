/** Lets a bounded number of exchanges run, and none while Coze asked us to wait. */
import { CozeError } from '../errors/coze-error.ts';
import { remedyFor } from '../errors/remedies.ts';
import { pause } from '../http/retry.ts';

/** When Coze limits us without saying for how long; doubles while it goes on. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class Gate {
  readonly #concurrency: number;
  readonly #queueLimit: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #pausedUntil = 0;
  #limitedInARow = 0;

  constructor(options: { concurrency: number; queueLimit: number; now: () => number }) {
    this.#concurrency = options.concurrency;
    this.#queueLimit = options.queueLimit;
    this.#now = options.now;
  }

  get running(): number {
    return this.#running;
  }
  get queued(): number {
    return this.#waiting.length;
  }
  /** Epoch milliseconds; null when not paused. */
  get pausedUntil(): number | null {
    return this.#pausedUntil > this.#now() ? this.#pausedUntil : null;
  }

  /** @throws CozeError `rate_limited` when the queue is full, or the signal's reason while queued */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running >= this.#concurrency) await this.#queue(signal);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** Whoever leaves hands its place over, so `#running` stays as it is. */
  #queue(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#queueLimit) throw this.#tooMany();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Waits out a pause that ends before `deadline` (epoch milliseconds). @throws `rate_limited` */
  async waitOutPause(deadline: number, signal: AbortSignal): Promise<void> {
    for (let until = this.pausedUntil; until !== null; until = this.pausedUntil) {
      const leftMs = until - this.#now();
      if (until > deadline) throw this.#paused(leftMs);
      await pause(leftMs, signal);
    }
  }

  /** Coze limited us: nothing starts for as long as it said, or for a growing while. */
  limit(error: CozeError): void {
    const growing = Math.min(FIRST_PAUSE_MS * 2 ** this.#limitedInARow, LONGEST_PAUSE_MS);
    // Answers to exchanges that were already on their way do not lengthen the pause again.
    if (this.pausedUntil === null) this.#limitedInARow += 1;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + (error.retryAfterMs ?? growing));
  }

  succeed(): void {
    this.#limitedInARow = 0;
  }

  #tooMany(): CozeError {
    return new CozeError({
      kind: 'rate_limited',
      message: `more than ${this.#queueLimit} token exchanges are waiting`,
      remedy: remedyFor('rate_limited'),
      retryAfterMs: FIRST_PAUSE_MS,
    });
  }

  #paused(leftMs: number): CozeError {
    return new CozeError({
      kind: 'rate_limited',
      message: `Coze limits our token exchanges for another ${Math.ceil(leftMs / 1000)} s`,
      remedy: remedyFor('rate_limited'),
      retryAfterMs: leftMs,
    });
  }
}
