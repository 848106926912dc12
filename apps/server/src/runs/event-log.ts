/**
 * Writes what engines produce to the log. Events of all runs gather for a tick and go into one
 * commit; only then are readers told (commit before send: nobody ever sees what a crash can erase).
 *
 * Text deltas of one part that fall into the same tick become one event.
 */
import { emptyFold, fold, type Folded } from '@zcbot/protocol/fold';
import { eventId, isTerminal, type RunEvent, type TerminalEvent } from '@zcbot/protocol/run-events';
import type { Logger } from 'pino';
import type { CommittedEvents, Hub } from '../events/hub.ts';
import type { EventLogStore, LoggedEvent } from './event-log.store.ts';
import type { OwnedRun, RunLeaseStore } from './run-lease.store.ts';

/** How long events gather before a commit (in milliseconds). */
const TICK_MS = 30;
/** An engine faster than the database waits once this many UTF-16 units are uncommitted. */
const PENDING_MAX = 256 * 1024;
const RETRY_MS = 500;

export class FencedError extends Error {
  constructor(runId: string) {
    super(`run ${runId} has another owner`);
    this.name = 'FencedError';
  }
}

export interface EventLogParts {
  owner: string;
  store: EventLogStore;
  leases: RunLeaseStore;
  hub: Hub;
  log: Logger;
  /** Told of every commit, for the metrics. */
  onCommit?: (events: number, seconds: number) => void;
}

export class EventLog {
  readonly #parts: EventLogParts;
  readonly #dirty = new Set<RunWriter>();
  #timer: NodeJS.Timeout | undefined;
  #committing = false;

  constructor(parts: EventLogParts) {
    this.#parts = parts;
  }

  /** Events that wait for the next commit. */
  get pendingEvents(): number {
    return [...this.#dirty].reduce((sum, writer) => sum + writer.pendingEvents, 0);
  }

  /** @param folded what the log already holds of the run (a new run: its `run.started`). */
  writer(run: OwnedRun, folded: Folded): RunWriter {
    return new RunWriter(this.#parts, run, folded, (writer) => this.#schedule(writer));
  }

  #schedule(writer: RunWriter): void {
    this.#dirty.add(writer);
    this.#timer ??= setTimeout(() => void this.#commit(), TICK_MS);
  }

  async #commit(): Promise<void> {
    this.#timer = undefined;
    // One commit at a time; what comes in meanwhile rides on the next one.
    if (this.#committing) return;
    this.#committing = true;
    const writers = [...this.#dirty].filter((writer) => !writer.finishing);
    this.#dirty.clear();
    const batches = writers.map((writer) => writer.take()).filter((batch) => batch !== undefined);
    let wait = TICK_MS;
    try {
      if (batches.length > 0) {
        const startedAt = performance.now();
        const fenced = await this.#parts.store.append(this.#parts.owner, batches);
        const events = batches.reduce((sum, batch) => sum + batch.events.length, 0);
        this.#parts.onCommit?.(events, (performance.now() - startedAt) / 1000);
        for (const writer of writers) writer.committed(fenced.has(writer.run.id));
      }
    } catch (error) {
      this.#parts.log.error({ err: error }, 'run events could not be committed; trying again');
      for (const writer of writers) writer.putBack();
      wait = RETRY_MS;
    } finally {
      this.#committing = false;
    }
    for (const writer of writers) if (writer.hasPending) this.#dirty.add(writer);
    if (this.#dirty.size > 0) this.#timer ??= setTimeout(() => void this.#commit(), wait);
  }
}

/** The log of one run, held by its owner. */
export class RunWriter {
  readonly run: OwnedRun;
  readonly folded: Folded;
  /** Aborts when another owner has taken the run. */
  readonly fenced = new AbortController();
  finishing = false;
  readonly #parts: EventLogParts;
  readonly #schedule: (writer: RunWriter) => void;
  #pending: LoggedEvent[] = [];
  #inFlight: LoggedEvent[] = [];
  #pendingSize = 0;
  #providerRef: string | undefined;
  #wake: (() => void)[] = [];

  constructor(
    parts: EventLogParts,
    run: OwnedRun,
    folded: Folded,
    schedule: (writer: RunWriter) => void,
  ) {
    this.#parts = parts;
    this.run = run;
    this.folded = folded;
    this.#schedule = schedule;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0 || this.#providerRef !== undefined;
  }

  get pendingEvents(): number {
    return this.#pending.length;
  }

  write(event: RunEvent): void {
    const last = this.#pending.at(-1)?.event;
    if (
      event.type === 'part.delta' &&
      last?.type === 'part.delta' &&
      last.part_id === event.part_id
    ) {
      last.text += event.text;
      this.#appendToFold(event.part_id, event.text);
    } else {
      const seq = this.folded.seq + 1;
      this.#pending.push({ seq, event: { ...event } });
      fold(this.folded, seq, event);
    }
    if (event.type === 'part.delta') this.#pendingSize += event.text.length;
    this.#schedule(this);
  }

  /** Stored with the next commit, before any event written after this call. */
  keepProviderRef(ref: unknown): void {
    this.#providerRef = JSON.stringify(ref);
    this.#schedule(this);
  }

  /** Resolves when the engine may go on; at once unless the database has fallen behind. */
  async ready(): Promise<void> {
    while (this.#pendingSize > PENDING_MAX && !this.fenced.signal.aborted) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  take() {
    if (!this.hasPending) return undefined;
    this.#inFlight = this.#pending;
    this.#pending = [];
    const providerRef = this.#providerRef;
    this.#providerRef = undefined;
    return {
      runId: this.run.id,
      epoch: this.run.epoch,
      events: this.#inFlight,
      ...(providerRef === undefined ? {} : { providerRef }),
    };
  }

  committed(fenced: boolean): void {
    const events = this.#inFlight;
    this.#inFlight = [];
    this.#pendingSize = this.#pending.reduce(
      (size, { event }) => size + (event.type === 'part.delta' ? event.text.length : 0),
      0,
    );
    if (fenced) this.fenced.abort(new FencedError(this.run.id));
    else if (events.length > 0)
      this.#parts.hub.publish(`run:${this.run.id}`, frame(this.run.id, events));
    this.#awake();
  }

  putBack(): void {
    this.#pending = [...this.#inFlight, ...this.#pending];
    this.#inFlight = [];
    this.#awake();
  }

  /**
   * Commits what is left together with the terminal event and the answer's parts; keeps trying
   * while the database is away.
   * @throws FencedError when the run has another owner.
   */
  async finish(terminal: TerminalEvent): Promise<void> {
    this.finishing = true;
    while (this.#inFlight.length > 0)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    const seq = this.folded.seq + 1;
    const events = [...this.#pending, { seq, event: terminal }];
    this.#pending = [];
    for (;;) {
      try {
        const ending = { terminal, events, parts: this.folded.parts };
        const startedAt = performance.now();
        const finished = await this.#parts.leases.finish(this.#parts.owner, this.run, ending);
        if (!finished) throw new FencedError(this.run.id);
        this.#parts.onCommit?.(events.length, (performance.now() - startedAt) / 1000);
        break;
      } catch (error) {
        if (error instanceof FencedError || this.fenced.signal.aborted) throw error;
        this.#parts.log.error(
          { err: error, run: this.run.id },
          'the end of a run could not be committed; trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#parts.hub.publish(`run:${this.run.id}`, frame(this.run.id, events));
    this.#parts.hub.publish(`user:${this.run.userId}`);
  }

  #appendToFold(partId: string, text: string): void {
    const part = this.folded.parts[this.folded.index[partId] ?? -1];
    if (part && part.type !== 'tool') part.text += text;
  }

  #awake(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}

/** What a fresh run's log holds: `run.started`, written with the claim. */
export function startedFold(): Folded {
  const folded = emptyFold();
  folded.seq = 1;
  return folded;
}

export function sseFrame(runId: string, { seq, event: { type, ...data } }: LoggedEvent): string {
  return `id: ${eventId(runId, seq)}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function frame(runId: string, events: readonly LoggedEvent[]): CommittedEvents {
  return {
    firstSeq: events[0]!.seq,
    lastSeq: events.at(-1)!.seq,
    frames: events.map((event) => sseFrame(runId, event)).join(''),
    ended: isTerminal(events.at(-1)!.event),
  };
}
