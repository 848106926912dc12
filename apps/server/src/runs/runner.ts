/**
 * Works on runs: claims queued ones, drives their engine, writes what it yields, ends them. A run
 * belongs to the server, never to a connection; only a stop request, its engine or a crash ends it.
 *
 * After a crash (here or of another server) `recover` takes lapsed runs over: an engine that can
 * re-attach goes on with the same answer, otherwise the run becomes `interrupted` and keeps what
 * was written.
 */
import type { TerminalEvent } from '@zcbot/protocol/run-events';
import type { Logger } from 'pino';
import { EngineError, type Engine, type EngineEvent, type RunInput } from '../engines/engine.ts';
import type { Engines } from '../engines/engines.ts';
import type { Hub } from '../events/hub.ts';
import { PartRecorder, progressOf } from './part-recorder.ts';
import { FencedError, startedFold, type EventLog, type RunWriter } from './event-log.ts';
import type { EventLogStore } from './event-log.store.ts';
import type { OwnedRun, RunLeaseStore } from './run-lease.store.ts';
import type { RunStore } from './runs.store.ts';

export interface RunnerParts {
  owner: string;
  leases: RunLeaseStore;
  events: EventLogStore;
  runs: RunStore;
  eventLog: EventLog;
  engines: Engines;
  hub: Hub;
  log: Logger;
}

type EndReason = 'stop' | 'shutdown';

interface ActiveRun {
  run: OwnedRun;
  abort: AbortController;
  /** Why the engine was told to stop, when it was. */
  reason: EndReason | undefined;
  done: Promise<void>;
}

export class Runner {
  readonly #parts: RunnerParts;
  readonly #active = new Map<string, ActiveRun>();
  #draining = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  get activeRuns(): number {
    return this.#active.size;
  }

  /** Starts the task's next queued run if none is running. Never throws: recovery tries again. */
  async startNext(taskId: string): Promise<void> {
    if (this.#draining) return;
    try {
      const run = await this.#parts.leases.claimNext(this.#parts.owner, taskId);
      if (!run) return;
      this.#parts.hub.publish(`user:${run.userId}`);
      this.#parts.hub.publish(`run:${run.id}`);
      this.#start(run, this.#parts.eventLog.writer(run, startedFold()), false);
    } catch (error) {
      this.#parts.log.error({ err: error, task: taskId }, 'a queued run could not be started');
    }
  }

  /** Stops the run if it is worked on here. */
  stop(runId: string): void {
    this.#end(this.#active.get(runId), 'stop');
  }

  /** Takes over what other owners left behind, and starts queued runs nobody has started. */
  async recover(which: 'lapsed' | 'all'): Promise<void> {
    if (this.#draining) return;
    for (const run of await this.#parts.leases.takeOver(this.#parts.owner, which)) {
      const folded = await this.#parts.events.foldRun(run.id);
      this.#parts.log.warn({ run: run.id, epoch: run.epoch, seq: folded.seq }, 'run taken over');
      this.#start(run, this.#parts.eventLog.writer(run, folded), true);
    }
    for (const taskId of await this.#parts.leases.tasksToStart(100)) await this.startNext(taskId);
  }

  /** Renews the leases of all runs worked on here; one that is lost is given up. */
  async renewLeases(): Promise<void> {
    const runs = [...this.#active.values()].map(({ run }) => run);
    for (const lost of await this.#parts.leases.renew(this.#parts.owner, runs)) {
      this.#active.get(lost)?.abort.abort(new FencedError(lost));
    }
  }

  /**
   * Stops claiming, lets answers finish for `graceMs`, then ends the rest: engines that can
   * re-attach leave the run to the next server, others leave it `interrupted`.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const done = () => Promise.all([...this.#active.values()].map((active) => active.done));
    await Promise.race([done(), new Promise((resolve) => setTimeout(resolve, graceMs).unref())]);
    for (const active of this.#active.values()) this.#end(active, 'shutdown');
    await done();
    await this.#parts.leases.release(this.#parts.owner);
  }

  #end(active: ActiveRun | undefined, reason: EndReason): void {
    if (!active || active.abort.signal.aborted) return;
    active.reason = reason;
    active.abort.abort();
  }

  #start(run: OwnedRun, writer: RunWriter, takenOver: boolean): void {
    const active: ActiveRun = {
      run,
      abort: new AbortController(),
      reason: undefined,
      done: Promise.resolve(),
    };
    writer.fenced.signal.addEventListener('abort', () =>
      active.abort.abort(writer.fenced.signal.reason),
    );
    if (run.stopRequested) this.#end(active, 'stop');
    this.#active.set(run.id, active);
    active.done = this.#work(active, writer, takenOver)
      .catch((error: unknown) => {
        const fenced = error instanceof FencedError;
        this.#parts.log[fenced ? 'warn' : 'error']({ err: error, run: run.id }, 'run given up');
      })
      .finally(() => {
        this.#active.delete(run.id);
        void this.startNext(run.taskId);
      });
  }

  async #work(active: ActiveRun, writer: RunWriter, takenOver: boolean): Promise<void> {
    const { run, abort } = active;
    const { signal } = abort;
    const recorder = new PartRecorder(writer);
    let terminal: TerminalEvent;
    try {
      const engine = this.#parts.engines.find(run.engine);
      if (!engine) {
        throw new EngineError(
          'engine_missing',
          `The engine "${run.engine}" is no longer configured on this server.`,
        );
      }
      const stream = signal.aborted
        ? undefined
        : await this.#stream(engine, run, writer, takenOver, signal);
      if (stream)
        for await (const event of abortable(stream, signal)) {
          if (event.type === 'ref') writer.keepProviderRef(event.ref);
          else recorder.record(event);
          await writer.ready();
        }
      const broken = !stream && !signal.aborted;
      terminal = { type: broken ? 'run.interrupted' : 'run.completed', message_id: run.messageId };
    } catch (error) {
      if (writer.fenced.signal.aborted) throw writer.fenced.signal.reason;
      terminal = this.#failure(run, error, signal);
    }
    if (signal.aborted) {
      if (writer.fenced.signal.aborted || signal.reason instanceof FencedError) throw signal.reason;
      const engine = this.#parts.engines.find(run.engine);
      // The next server finds the lease released and goes on with the same answer.
      if (active.reason === 'shutdown' && engine?.reattach) return;
      const type = active.reason === 'stop' ? 'run.stopped' : 'run.interrupted';
      terminal = { type, message_id: run.messageId };
    }
    recorder.close();
    await writer.finish(terminal);
  }

  /** Undefined when the run was taken over and its engine cannot re-attach. */
  async #stream(
    engine: Engine,
    run: OwnedRun,
    writer: RunWriter,
    takenOver: boolean,
    signal: AbortSignal,
  ): Promise<AsyncIterable<EngineEvent> | undefined> {
    const input: RunInput = {
      runId: run.id,
      taskId: run.taskId,
      userId: run.userId,
      history: await this.#parts.runs.conversation(run),
      ...(run.mode === 'continue' && run.parentRunId
        ? { continued: (await this.#parts.events.foldRun(run.parentRunId)).parts }
        : {}),
    };
    if (!takenOver) return engine.run(input, signal);
    if (!engine.reattach || run.providerRef === undefined) return undefined;
    return engine.reattach(input, progressOf(run.providerRef, writer.folded), signal);
  }

  #failure(run: OwnedRun, error: unknown, signal: AbortSignal): TerminalEvent {
    if (error instanceof EngineError) {
      return {
        type: 'run.failed',
        message_id: run.messageId,
        code: error.code,
        message: error.message,
      };
    }
    if (!signal.aborted) this.#parts.log.error({ err: error, run: run.id }, 'engine failed');
    return {
      type: 'run.failed',
      message_id: run.messageId,
      code: 'engine_error',
      message:
        'The engine failed unexpectedly. Try again; if it stays, ask the operator to look at the server log.',
    };
  }
}

/** Ends with the signal even when the engine does not listen to it. */
async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let stop = (): void => {};
  const onAbort = (): void => stop();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const result = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (!result || result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    void iterator.return?.()?.catch(() => {});
  }
}
