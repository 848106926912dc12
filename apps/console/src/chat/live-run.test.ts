import { expect, test } from 'vitest';
import type { RunEvent } from '@zcbot/protocol/run-events';
import { createLiveRun } from './live-run.ts';

const EVENTS: RunEvent[] = [
  { type: 'run.started', message_id: 'm', engine: 'demo' },
  { type: 'part.start', part_id: 'p0', kind: 'text' },
  { type: 'part.delta', part_id: 'p0', offset: 0, text: 'Hello' },
  { type: 'part.delta', part_id: 'p0', offset: 5, text: ', world' },
  { type: 'usage', input_tokens: 3, output_tokens: 4 },
];

function setUp() {
  const frames: (() => void)[] = [];
  const run = createLiveRun('r', (callback) => frames.push(callback));
  const frame = (): void => frames.splice(0).forEach((callback) => callback());
  const play = (upTo: number): void =>
    EVENTS.slice(0, upTo).forEach((event, index) => void run.apply(index + 1, event));
  return { run, frame, frames, play };
}

test('folds events into parts and moves its version once per frame', () => {
  const { run, frame, frames, play } = setUp();
  play(5);
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello, world' }]);
  expect(run.usage).toEqual({ inputTokens: 3, outputTokens: 4 });
  expect(frames).toHaveLength(1);
  expect(run.version.value).toBe(0);
  frame();
  expect(run.version.value).toBe(1);
});

test('events that come again change nothing', () => {
  const { run, play } = setUp();
  play(4);
  expect(run.apply(3, EVENTS[2]!)).toBe('repeated');
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello, world' }]);
});

test.each([
  ['a skipped number', 6, { type: 'part.end', part_id: 'p0' } as const],
  ['an offset that does not continue the part', 5, { ...EVENTS[3]!, offset: 99 } as RunEvent],
])('%s is a gap and changes nothing', (_, seq, event) => {
  const { run, play } = setUp();
  play(4);
  expect(run.apply(seq, event)).toBe('gap');
  expect(run.seq).toBe(4);
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello, world' }]);
});

test('a snapshot stands for everything up to it, and deltas go on from there', () => {
  const { run, play } = setUp();
  play(3);
  const parts = [{ type: 'text' as const, text: 'Hello, wo' }];
  expect(run.apply(40, { type: 'snapshot', seq: 40, parts })).toBe('applied');
  expect(run.apply(41, { type: 'part.delta', part_id: 'p0', offset: 9, text: 'rld' })).toBe(
    'applied',
  );
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello, world' }]);
});

test('adopts what the server has folded only when that is ahead, or after a gap', () => {
  const { run, play } = setUp();
  play(4);
  run.adopt({ seq: 3, parts: [{ type: 'text', text: 'Hello' }] });
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello, world' }]);
  run.adopt({ seq: 3, parts: [{ type: 'text', text: 'Hello' }] }, true);
  expect(run.parts).toEqual([{ type: 'text', text: 'Hello' }]);
  expect(run.apply(4, EVENTS[3]!)).toBe('applied');
  run.adopt({ seq: 9, parts: [{ type: 'text', text: 'Hello, world!' }] });
  expect(run.seq).toBe(9);
});
