/** Lets a test hold every answer where it is, and let it go on: no test has to be quick. */
import type { Engine, EngineEvent } from '@zcbot/server';

/** Time between two pieces of text (in milliseconds): fast, but still a stream. */
const PACE_MS = 4;

/** What one answer may still write, under the hold it has heard of. */
export interface Allowance {
  hold: number;
  pieces: number;
}

export class Tempo {
  /** Pieces that each answer may write from the latest hold on; null: all. */
  #pieces: number | null = null;
  #holds = 0;
  #goOn: (() => void)[] = [];

  /** Each answer for itself: one that an earlier test left running takes nothing from another. */
  hold(afterPieces: number): void {
    this.#pieces = afterPieces;
    this.#holds += 1;
  }

  release(): void {
    this.#pieces = null;
    for (const goOn of this.#goOn.splice(0)) goOn();
  }

  async wait(own: Allowance, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    while (!this.#allows(own) && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#goOn.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    own.pieces -= 1;
  }

  #allows(own: Allowance): boolean {
    if (this.#pieces === null) return true;
    if (own.hold !== this.#holds) Object.assign(own, { hold: this.#holds, pieces: this.#pieces });
    return own.pieces > 0;
  }
}

/** The same engine, with every piece of text in the tempo's time. */
export function inTempo(engine: Engine, tempo: Tempo): Engine {
  async function* play(
    events: AsyncIterable<EngineEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent> {
    const own: Allowance = { hold: 0, pieces: 0 };
    for await (const event of events) {
      if (event.type === 'part.delta' || event.type === 'tool.end') await tempo.wait(own, signal);
      if (signal.aborted) return;
      yield event;
    }
  }
  return {
    info: engine.info,
    run: (input, signal) => play(engine.run(input, signal), signal),
    ...(engine.reattach
      ? {
          reattach: (input, progress, signal) =>
            play(engine.reattach!(input, progress, signal), signal),
        }
      : {}),
  };
}
