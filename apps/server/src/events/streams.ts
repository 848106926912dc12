/** All open streams of this process: limits, heartbeats, and closing those whose token has ended. */
import type { ServerResponse } from 'node:http';
import type { Actor } from '../http/context.ts';
import { ProblemError } from '../http/problem.ts';
import { EventStream, type StreamCursor, type StreamSources } from './event-stream.ts';

const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const PER_USER_MAX = 128;
const TOTAL_MAX = 20_000;

export class Streams {
  readonly #sources: StreamSources;
  readonly #open = new Map<string, Set<EventStream>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #closing = false;

  constructor(sources: StreamSources) {
    this.#sources = sources;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  get count(): number {
    return this.#count;
  }

  /** @throws ProblemError `too_many_streams`, or `unavailable` while the server is stopping. */
  open(actor: Actor, response: ServerResponse, cursor: StreamCursor): void {
    if (this.#closing) {
      throw new ProblemError(
        'unavailable',
        'The server is restarting. Connect again in a moment.',
        { retryAfterSeconds: 1 },
      );
    }
    const mine = this.#open.get(actor.userId) ?? new Set();
    if (mine.size >= PER_USER_MAX || this.#count >= TOTAL_MAX) {
      throw new ProblemError(
        'too_many_streams',
        'Too many streams are open. Close some tabs and try again.',
        { retryAfterSeconds: 30 },
      );
    }
    // Its answer is the headers alone, which the route sends.
    if (response.req.method === 'HEAD') return;
    const onClose = (stream: EventStream): void => this.#forget(stream);
    const stream = new EventStream({ actor, sources: this.#sources, response, cursor, onClose });
    mine.add(stream);
    this.#open.set(actor.userId, mine);
    this.#count += 1;
    stream.open();
  }

  /** Ends the streams that were opened with this token. */
  endToken(userId: string, tokenId: string): void {
    for (const stream of [...(this.#open.get(userId) ?? [])]) {
      if (stream.actor.tokenId === tokenId) stream.reauthenticate();
    }
  }

  /** Ends the user's streams that were opened with a token made before this generation. */
  endOlderTokens(userId: string, generation: number): void {
    for (const stream of [...(this.#open.get(userId) ?? [])]) {
      if (stream.actor.tokenGeneration < generation) stream.reauthenticate();
    }
  }

  /** Users who have a stream open here. */
  users(): string[] {
    return [...this.#open.keys()];
  }

  /** Readers reconnect, here or elsewhere, with their cursors. */
  close(): void {
    this.#closing = true;
    clearInterval(this.#timer);
    for (const streams of this.#open.values()) for (const stream of [...streams]) stream.close();
  }

  #forget(stream: EventStream): void {
    const mine = this.#open.get(stream.actor.userId);
    if (!mine?.delete(stream)) return;
    this.#count -= 1;
    if (mine.size === 0) this.#open.delete(stream.actor.userId);
  }

  #sweep(): void {
    const now = Date.now();
    for (const streams of [...this.#open.values()]) {
      for (const stream of [...streams]) {
        if (now >= stream.actor.expiresAt * 1000) stream.reauthenticate();
        else stream.beat(now, HEARTBEAT_MS);
      }
    }
  }
}
