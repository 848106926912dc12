import { signal, type ReadonlySignal } from '@preact/signals';
import { emptyFold, fold, FoldGapError, type Folded } from '@zcbot/protocol/fold';
import type { Message } from '@zcbot/protocol/http';
import { answerText } from './message-text.ts';
import type { Part, RunEvent, SnapshotEvent } from '@zcbot/protocol/run-events';

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

export type Applied = 'applied' | 'repeated' | 'gap';

/** The run being watched: its parts grow in place, and `version` moves with the frames. */
export interface LiveRun {
  readonly runId: string;
  /** Changes when the parts have; read it to follow them. */
  readonly version: ReadonlySignal<number>;
  readonly parts: readonly Part[];
  readonly seq: number;
  readonly usage: Usage | null;
  /** Characters of the answer that were there before this page began to watch. */
  readonly knownLength: number;
  /** `gap`: an event is missing before this one; nothing was changed. */
  apply(seq: number, event: RunEvent | SnapshotEvent): Applied;
  /** Starts over from what the server has folded, unless this is ahead of it (or after a gap). */
  adopt(message: Pick<Message, 'seq' | 'parts'>, afterGap?: boolean): void;
}

/** @param schedule runs a callback before the next frame; requestAnimationFrame in the browser. */
export function createLiveRun(
  runId: string,
  schedule: (callback: () => void) => void = nextFrame,
): LiveRun {
  const version = signal(0);
  let folded: Folded = emptyFold();
  let usage: Usage | null = null;
  let knownLength = 0;
  let scheduled = false;

  function changed(): void {
    if (scheduled) return;
    scheduled = true;
    schedule(() => {
      scheduled = false;
      version.value++;
    });
  }

  return {
    runId,
    version,
    get parts() {
      return folded.parts;
    },
    get seq() {
      return folded.seq;
    },
    get usage() {
      return usage;
    },
    get knownLength() {
      return knownLength;
    },

    apply(seq, event) {
      if (seq <= folded.seq) return 'repeated';
      // Sequence numbers have no holes; only a snapshot may stand for several events.
      if (seq !== folded.seq + 1 && event.type !== 'snapshot') return 'gap';
      const before = folded.seq;
      try {
        fold(folded, seq, event);
      } catch (error) {
        if (!(error instanceof FoldGapError)) throw error;
        folded.seq = before;
        return 'gap';
      }
      if (event.type === 'usage') {
        usage = { inputTokens: event.input_tokens, outputTokens: event.output_tokens };
      }
      changed();
      return 'applied';
    },

    adopt(message, afterGap = false) {
      if (!afterGap && message.seq <= folded.seq) return;
      if (folded.seq === 0) knownLength = answerText(message.parts).length;
      folded = emptyFold();
      fold(folded, message.seq, { type: 'snapshot', seq: message.seq, parts: message.parts });
      changed();
    },
  };
}

/**
 * Text that moves more often than this (in milliseconds) is not read any faster, but leaves a slow
 * machine no time for scrolling and typing.
 */
const PERIOD_MS = 40;
let lastFrameAt = 0;

function nextFrame(callback: () => void): void {
  const wait = lastFrameAt + PERIOD_MS - performance.now();
  const draw = (): void => {
    lastFrameAt = performance.now();
    callback();
  };
  // Hidden pages get no frames; their reducer must go on all the same.
  if (document.visibilityState === 'hidden') setTimeout(draw, 250);
  else if (wait > 0) setTimeout(() => requestAnimationFrame(draw), wait);
  else requestAnimationFrame(draw);
}
