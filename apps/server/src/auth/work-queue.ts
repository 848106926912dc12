/** A bounded queue for work that costs CPU and memory: more than it can hold is refused at once. */
export class QueueFullError extends Error {
  constructor() {
    super('too much work is waiting already');
    this.name = 'QueueFullError';
  }
}

export class WorkQueue {
  readonly #concurrency: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(bounds: { concurrency: number; waitingMax: number }) {
    this.#concurrency = bounds.concurrency;
    this.#waitingMax = bounds.waitingMax;
  }

  /** @throws QueueFullError when every place is taken, running and waiting. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running += 1;
    else if (this.#waiting.length >= this.#waitingMax) throw new QueueFullError();
    // The one that finishes hands its place over, so that nobody can slip in between.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
