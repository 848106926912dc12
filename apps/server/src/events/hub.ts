/**
 * Hints inside one process: "something about this topic is new". The database is the truth; a
 * hint only makes it seen sooner, and a lost one costs at most the poll behind it.
 *
 * Topics: `run:<id>` (hint: the committed events), `user:<id>`, `revoked`.
 */
export interface CommittedEvents {
  firstSeq: number;
  lastSeq: number;
  /** The events as SSE frames, ready to be written to every reader. */
  frames: string;
  ended: boolean;
}

export interface HubListener {
  hint(topic: string, committed?: CommittedEvents): void;
}

export class Hub {
  readonly #listeners = new Map<string, Set<HubListener>>();
  readonly #everything = new Set<HubListener>();

  subscribe(topic: string, listener: HubListener): void {
    const listeners = this.#listeners.get(topic);
    if (listeners) listeners.add(listener);
    else this.#listeners.set(topic, new Set([listener]));
  }

  unsubscribe(topic: string, listener: HubListener): void {
    const listeners = this.#listeners.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(topic);
  }

  /** Hears every topic. */
  subscribeAll(listener: HubListener): void {
    this.#everything.add(listener);
  }

  publish(topic: string, committed?: CommittedEvents): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener.hint(topic, committed);
    for (const listener of this.#everything) listener.hint(topic, committed);
  }
}
