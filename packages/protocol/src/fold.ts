/**
 * Folding: a run's events become the parts of its answer. Server (storing, snapshots) and console
 * (live view) fold with this same code, so both always show the same text.
 *
 * Idempotent by construction: an event whose seq is not above `seq` changes nothing.
 */
import type { Part, RunEvent, SnapshotEvent } from './run-events.ts';

export interface Folded {
  /** Last event folded in; 0 before the first. */
  seq: number;
  parts: Part[];
  /** part_id → index in `parts`, of the parts that have not ended. */
  index: Record<string, number>;
}

export class FoldGapError extends Error {
  constructor(partId: string, expected: number, offset: number) {
    super(`part ${partId}: expected offset ${expected}, got ${offset}`);
    this.name = 'FoldGapError';
  }
}

export function emptyFold(): Folded {
  return { seq: 0, parts: [], index: Object.create(null) as Record<string, number> };
}

/**
 * Applies one event in place and returns the same object.
 * @throws FoldGapError when a delta does not continue its part exactly.
 */
export function fold(folded: Folded, seq: number, event: RunEvent | SnapshotEvent): Folded {
  if (seq <= folded.seq) return folded;
  folded.seq = seq;
  if (event.type === 'snapshot') {
    folded.parts = structuredClone(event.parts);
    folded.index = indexParts(folded.parts);
    return folded;
  }
  if (event.type === 'part.start' && event.kind !== 'tool') {
    folded.index[event.part_id] = folded.parts.length;
    folded.parts.push({ type: event.kind, text: '' });
  } else if (event.type === 'part.delta') {
    const part = partOf(folded, event.part_id);
    if (part && part.type !== 'tool') {
      if (part.text.length !== event.offset) {
        throw new FoldGapError(event.part_id, part.text.length, event.offset);
      }
      part.text += event.text;
    }
  } else if (event.type === 'tool.start') {
    folded.index[event.part_id] = folded.parts.length;
    const { call_id, name, args } = event;
    folded.parts.push({ type: 'tool', call_id, name, args, state: 'running' });
  } else if (event.type === 'tool.end') {
    const part = partOf(folded, event.part_id);
    if (part?.type === 'tool') {
      part.state = event.error === undefined ? 'done' : 'failed';
      if (event.error === undefined) part.result = event.result;
      else part.error = event.error;
    }
    delete folded.index[event.part_id];
  } else if (event.type === 'part.end') {
    delete folded.index[event.part_id];
  }
  return folded;
}

function partOf(folded: Folded, partId: string): Part | undefined {
  const position = folded.index[partId];
  return position === undefined ? undefined : folded.parts[position];
}

/** Part ids are `p<position>`, counted from 0, so that parts alone are enough to go on folding. */
function indexParts(parts: Part[]): Record<string, number> {
  const index = Object.create(null) as Record<string, number>;
  parts.forEach((_, position) => (index[`p${position}`] = position));
  return index;
}
