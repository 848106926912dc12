/** Turns an engine's events into log events: numbers the parts, counts offsets, closes what is open. */
import type { Folded } from '@zcbot/protocol/fold';
import type { EngineEvent, Progress } from '../engines/engine.ts';
import type { RunWriter } from './event-log.ts';

export class PartRecorder {
  readonly #writer: RunWriter;
  /** Engine's id → id in the log (`p<position>`), for parts that have not ended. */
  readonly #open = new Map<string, string>();
  /** First half of a surrogate pair that the engine cut in two, by part. */
  readonly #heldBack = new Map<string, string>();

  constructor(writer: RunWriter) {
    this.#writer = writer;
    // After a take-over the engine speaks of the parts by the log's own ids.
    for (const id of Object.keys(writer.folded.index)) this.#open.set(id, id);
  }

  record(event: Exclude<EngineEvent, { type: 'ref' }>): void {
    switch (event.type) {
      case 'part.start':
        this.#writer.write({
          type: 'part.start',
          part_id: this.#begin(event.id),
          kind: event.kind,
        });
        break;
      case 'part.delta':
        this.#delta(event.id, event.text);
        break;
      case 'part.end':
        this.#end(event.id);
        break;
      case 'tool.start': {
        const part_id = this.#begin(event.id);
        const { name, args } = event;
        this.#writer.write({ type: 'part.start', part_id, kind: 'tool' });
        this.#writer.write({ type: 'tool.start', part_id, call_id: event.id, name, args });
        break;
      }
      case 'tool.end': {
        const part_id = this.#open.get(event.id);
        if (part_id === undefined) break;
        this.#open.delete(event.id);
        const outcome = 'error' in event ? { error: event.error } : { result: event.result };
        this.#writer.write({ type: 'tool.end', part_id, call_id: event.id, ...outcome });
        this.#writer.write({ type: 'part.end', part_id });
        break;
      }
      case 'usage': {
        const { inputTokens: input_tokens, outputTokens: output_tokens } = event;
        this.#writer.write({ type: 'usage', input_tokens, output_tokens });
      }
    }
  }

  /** Ends what the engine left open (it was stopped or broke off). */
  close(): void {
    for (const id of [...this.#open.keys()]) this.#end(id);
  }

  #begin(id: string): string {
    const partId = `p${this.#writer.folded.parts.length}`;
    this.#open.set(id, partId);
    return partId;
  }

  #delta(id: string, text: string): void {
    const part_id = this.#open.get(id);
    if (part_id === undefined) return;
    let whole = (this.#heldBack.get(id) ?? '') + text;
    this.#heldBack.delete(id);
    if (/[\uD800-\uDBFF]$/.test(whole)) {
      this.#heldBack.set(id, whole.slice(-1));
      whole = whole.slice(0, -1);
    }
    if (whole === '') return;
    const part = this.#writer.folded.parts[Number(part_id.slice(1))];
    if (!part || part.type === 'tool') return;
    const offset = part.text.length;
    // PostgreSQL stores neither NUL nor half a surrogate pair; replacing keeps the offsets.
    const storable = whole.replaceAll('\0', '\uFFFD').toWellFormed();
    this.#writer.write({ type: 'part.delta', part_id, offset, text: storable });
  }

  #end(id: string): void {
    const part_id = this.#open.get(id);
    if (part_id === undefined) return;
    this.#open.delete(id);
    const part = this.#writer.folded.parts[Number(part_id.slice(1))];
    if (part?.type === 'tool') {
      const error = 'The run ended before this step did.';
      if (part.state === 'running') {
        this.#writer.write({ type: 'tool.end', part_id, call_id: part.call_id, error });
      }
    }
    this.#writer.write({ type: 'part.end', part_id });
  }
}

/** What a re-attaching engine is told about the log. */
export function progressOf(ref: unknown, folded: Folded): Progress {
  return {
    ref,
    parts: folded.parts.map((part, position) => ({
      id: `p${position}`,
      text: part.type === 'tool' ? '' : part.text,
      ended: !(`p${position}` in folded.index),
    })),
  };
}
