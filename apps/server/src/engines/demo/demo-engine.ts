/**
 * An engine without a model: it streams prepared Markdown, chosen by what the user writes, so that
 * people and tests can see every state. It says everywhere that it is a demonstration.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  EngineError,
  type Engine,
  type EngineEvent,
  type Progress,
  type RunInput,
} from '../engine.ts';
import { lastUserText, scriptFor, type Step } from './scripts.ts';

export interface DemoOptions {
  /** Time between two pieces of text (in milliseconds). Default is 20; slow answers take ten times that. */
  paceMs?: number;
}

export function demoEngine({ paceMs = 20 }: DemoOptions = {}): Engine {
  return {
    info: { id: 'demo', label: { zh: '演示引擎', en: 'Demo engine' }, demo: true, reattach: true },

    async *run(input, signal) {
      const script = scriptFor(input);
      // Only a resumable answer names a reference: the others show what a crash leaves behind.
      if (script.resumable) yield { type: 'ref', ref: { text: lastUserText(input) } };
      yield* play(script.steps, paceMs * script.pace, signal);
      if (!signal.aborted) yield usageOf(input, script.steps);
    },

    async *reattach(input: RunInput, progress: Progress, signal) {
      const script = scriptFor(input);
      yield* play(remaining(script.steps, progress), paceMs * script.pace, signal);
      if (!signal.aborted) yield usageOf(input, script.steps);
    },
  };
}

async function* play(
  steps: Step[],
  paceMs: number,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  let id = 0;
  for (const step of steps) {
    if (signal.aborted) return;
    const part = step.resumedAs ?? `part-${(id += 1)}`;
    if (step.kind === 'fail') throw new EngineError('demo_failure', step.message);
    if (step.kind === 'tool') {
      if (!step.resumedAs) yield { type: 'tool.start', id: part, name: step.name, args: step.args };
      await pause(paceMs * 20, signal);
      yield 'error' in step
        ? { type: 'tool.end', id: part, error: step.error }
        : { type: 'tool.end', id: part, result: step.result };
      continue;
    }
    if (!step.resumedAs) yield { type: 'part.start', id: part, kind: step.kind };
    for (const piece of pieces(step.text)) {
      await pause(paceMs, signal);
      if (signal.aborted) return;
      yield { type: 'part.delta', id: part, text: piece };
    }
    yield { type: 'part.end', id: part };
  }
}

/** Counted as if each piece were a token. */
function usageOf(input: RunInput, steps: readonly Step[]): EngineEvent {
  const written = steps.map((step) => ('text' in step ? step.text : '')).join('');
  return {
    type: 'usage',
    inputTokens: pieces(lastUserText(input)).length,
    outputTokens: pieces(written).length,
  };
}

/** The steps, less what the log already holds. */
function remaining(steps: Step[], progress: Progress): Step[] {
  return steps.flatMap((step, position) => {
    const known = progress.parts[position];
    if (!known) return [step];
    if (known.ended) return [];
    if (step.kind === 'text' || step.kind === 'reasoning') {
      return [{ ...step, text: step.text.slice(known.text.length), resumedAs: known.id }];
    }
    return [{ ...step, resumedAs: known.id }];
  });
}

/** Pieces of about a token: a word with the space after it, or up to three CJK characters. */
export function pieces(text: string): string[] {
  return (
    text.match(/[\u3000-\u9fff\uff00-\uffef]{1,3}|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g) ?? []
  );
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
}
