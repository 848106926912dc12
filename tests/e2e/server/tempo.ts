/** Lets a test hold every answer where it is, and let it go on: no test has to be quick. */
import type { Engine, EngineEvent } from '@zcbot/server';

/** Time between two pieces of text (in milliseconds): fast, but still a stream. */
const PACE_MS = 4;

export class Tempo {
  /** Pieces still let through; null: all. */
  #left: number | null = null;
  #goOn: (() => void)[] = [];

  hold(afterPieces: number): void {
    this.#left = afterPieces;
  }

  release(): void {
    this.#left = null;
    for (const goOn of this.#goOn.splice(0)) goOn();
  }

  async wait(signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    while (this.#left === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#goOn.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    if (this.#left !== null) this.#left--;
  }
}

/** The same engine, with every piece of text in the tempo's time. */
export function inTempo(engine: Engine, tempo: Tempo): Engine {
  async function* play(
    events: AsyncIterable<EngineEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent> {
    for await (const event of events) {
      if (event.type === 'part.delta' || event.type === 'tool.end') await tempo.wait(signal);
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
