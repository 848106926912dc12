/** Lets a test hold every answer where it is, and let it go on: no test has to be quick. */
import type { Engine, EngineEvent } from '@zcbot/server';

export class Tempo {
  /** Time between two pieces of text (in milliseconds). */
  paceMs: number;
  #held = false;
  #goOn: (() => void)[] = [];

  constructor(paceMs: number) {
    this.paceMs = paceMs;
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    for (const goOn of this.#goOn.splice(0)) goOn();
  }

  async wait(signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.paceMs));
    while (this.#held && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#goOn.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
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
