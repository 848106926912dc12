/**
 * One SSE response. A reader is a cursor over the log, nothing more:
 *
 *  1. Subscribe first, then read: a hint that comes between the two marks the stream dirty, so no
 *     event can fall into the gap.
 *  2. Read what lies after the cursor, write it, move the cursor, until nothing is left.
 *  3. Committed events arrive with the hint and are written straight away when they follow the
 *     cursor exactly; otherwise they are read from the database.
 *  4. A write that does not drain pauses the stream. A slow reader is only an older cursor; one
 *     that does not drain for STALL_MS is cut off and comes back with its cursor.
 */
import type { ServerResponse } from 'node:http';
import { isTerminal } from '@zcbot/protocol/run-events';
import type { Actor } from '../http/context.ts';
import { sseFrame } from '../runs/event-log.ts';
import type { EventLogStore } from '../runs/event-log.store.ts';
import type { TaskStore } from '../tasks/tasks.store.ts';
import type { CommittedEvents, Hub, HubListener } from './hub.ts';

/** A reader that takes nothing for this long is cut off (in milliseconds). */
const STALL_MS = 30_000;
const TASK_LIMIT = 100;

export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // no-transform and identity keep compressing proxies from holding events back;
  // X-Accel-Buffering is nginx's switch for the same.
  'Cache-Control': 'no-store, no-transform',
  'Content-Encoding': 'identity',
  'X-Accel-Buffering': 'no',
};

export interface StreamSources {
  hub: Hub;
  events: Pick<EventLogStore, 'readAfter'>;
  tasks: Pick<TaskStore, 'changesAfter' | 'changeHead'>;
}

export interface StreamCursor {
  /** `exhausted`: the run has ended and nothing lies after the cursor. */
  run?: { id: string; after: number; exhausted: boolean };
  /** Follow the user's tasks as well, from this change number on. */
  tasksAfter?: number;
}

export class EventStream implements HubListener {
  readonly actor: Actor;
  readonly #sources: StreamSources;
  readonly #response: ServerResponse;
  readonly #onClose: (stream: EventStream) => void;
  readonly #cursor: StreamCursor;
  #runEnded = false;
  #dirty = true;
  #pumping = false;
  #closed = false;
  #lastWriteAt = 0;

  constructor(options: {
    actor: Actor;
    sources: StreamSources;
    response: ServerResponse;
    cursor: StreamCursor;
    onClose: (stream: EventStream) => void;
  }) {
    this.actor = options.actor;
    this.#sources = options.sources;
    this.#response = options.response;
    this.#cursor = options.cursor;
    this.#onClose = options.onClose;
  }

  open(): void {
    const response = this.#response;
    response.writeHead(200, STREAM_HEADERS);
    // Written by itself, the head becomes one flat string; Node keeps it as long as the stream, and
    // joined to the first event it would stay the hundred pieces it was put together from.
    response.flushHeaders();
    this.#write('retry: 1000\n\n');
    if (this.#cursor.run?.exhausted) this.#endRun();
    if (this.#closed) return;
    response.on('close', () => this.#release());
    response.on('error', () => this.#release());
    const { hub } = this.#sources;
    if (this.#cursor.run) hub.subscribe(`run:${this.#cursor.run.id}`, this);
    if (this.#cursor.tasksAfter !== undefined) hub.subscribe(`user:${this.actor.userId}`, this);
    void this.#pump();
  }

  hint(topic: string, committed?: CommittedEvents): void {
    const run = this.#cursor.run;
    const idle = !this.#pumping && !this.#dirty && !this.#response.writableNeedDrain;
    if (!idle || !run || committed?.firstSeq !== run.after + 1) {
      this.#dirty = true;
      void this.#pump();
      return;
    }
    if (this.#runEnded || topic !== `run:${run.id}`) return;
    run.after = committed.lastSeq;
    this.#write(committed.frames);
    if (committed.ended) this.#endRun();
  }

  /** Keeps the connection open through proxies; called every second for all streams. */
  beat(now: number, periodMs: number): void {
    if (now - this.#lastWriteAt < periodMs) return;
    if (this.#response.writableNeedDrain) {
      if (now - this.#lastWriteAt > STALL_MS) this.#response.destroy();
      return;
    }
    this.#write(': still here\n\n');
  }

  /** Tells the reader that its token has ended, then closes. */
  reauthenticate(): void {
    this.#write('event: reauth\ndata: {}\n\n');
    this.close();
  }

  close(): void {
    this.#response.end();
    this.#release();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#dirty && !this.#closed) {
        await this.#drained();
        this.#dirty = false;
        await this.#readRun();
        await this.#readTasks();
      }
    } catch {
      // The database is away: the reader reconnects with its cursor and finds out.
      this.#response.destroy();
    } finally {
      this.#pumping = false;
    }
  }

  async #readRun(): Promise<void> {
    const run = this.#cursor.run;
    while (run && !this.#runEnded && !this.#closed) {
      const { snapshot, events } = await this.#sources.events.readAfter(run.id, run.after);
      if (this.#closed || events.length === 0) return;
      let frames = '';
      if (snapshot) {
        const { type, ...data } = snapshot;
        frames += `id: ${run.id}:${snapshot.seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
      }
      for (const logged of events) frames += sseFrame(run.id, logged);
      const last = events.at(-1)!;
      run.after = last.seq;
      this.#write(frames);
      if (isTerminal(last.event)) this.#endRun();
      await this.#drained();
    }
  }

  async #readTasks(): Promise<void> {
    while (this.#cursor.tasksAfter !== undefined && !this.#closed) {
      const after = this.#cursor.tasksAfter;
      const changes = await this.#sources.tasks.changesAfter(this.actor, after, TASK_LIMIT);
      const last = changes.at(-1);
      if (!last || this.#closed) return;
      this.#cursor.tasksAfter = last.seq;
      for (const { created, task } of changes) {
        const deleted = !('title' in task);
        const name = deleted ? 'task.deleted' : created ? 'task.created' : 'task.updated';
        this.#write(`event: ${name}\ndata: ${JSON.stringify(task)}\n\n`);
      }
      await this.#drained();
      if (changes.length < TASK_LIMIT) return;
    }
  }

  #endRun(): void {
    this.#runEnded = true;
    if (this.#cursor.tasksAfter === undefined) this.close();
  }

  #write(text: string): boolean {
    if (this.#closed) return true;
    this.#lastWriteAt = Date.now();
    return this.#response.write(text);
  }

  async #drained(): Promise<void> {
    if (this.#closed || !this.#response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done);
        this.#response.off('close', done);
        resolve();
      };
      this.#response.on('drain', done);
      this.#response.on('close', done);
    });
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { hub } = this.#sources;
    if (this.#cursor.run) hub.unsubscribe(`run:${this.#cursor.run.id}`, this);
    hub.unsubscribe(`user:${this.actor.userId}`, this);
    this.#onClose(this);
  }
}
