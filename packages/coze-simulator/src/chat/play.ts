/** Plays one chat: its events in Coze's order (docs: chat_v3) and at a human reading speed. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../state/ids.ts';
import type { SimulatorState } from '../state/simulator-state.ts';
import { composeAnswer, followUps, reasoningOf, type Asked } from './answer.ts';
import type { ChatRun } from './chat-run.ts';

const VERBOSE = {
  msg_type: 'generate_answer_finish',
  data: JSON.stringify({ finish_reason: 0, FinData: '' }),
  from_module: null,
  from_unit: null,
};
const STALL_MS = 10 * 60_000;

interface Stage {
  state: SimulatorState;
  run: ChatRun;
  asked: Asked;
  /** After tool outputs: the chat was created before. */
  resumed: boolean;
}

/** Never rejects. */
export async function play(stage: Stage): Promise<void> {
  const { run, state } = stage;
  try {
    if (!stage.resumed) run.emitChat('created');
    run.emitChat('in_progress');
    await pace(stage, 4);
    await playUntilEnd(stage);
  } catch (error) {
    if (!run.ending.signal.aborted) {
      run.lastError = { code: 5000, msg: error instanceof Error ? error.name : 'error' };
      run.emitChat('failed', state.nowSeconds());
    }
  } finally {
    if (run.isActive) run.emitChat('canceled', state.nowSeconds());
    run.emit('done', '[DONE]');
  }
}

/** Goes on after the outputs of the tools have come. Never rejects. */
export async function resume(stage: Omit<Stage, 'resumed'>, outputs: string[]): Promise<void> {
  const { run, asked } = stage;
  const told = outputs.map((output) => `\`${output.slice(0, 200)}\``).join(', ');
  const question = `${asked.question} → ${told}`.replaceAll(/\bsim:requires_action\b/g, '');
  const scenario = { ...asked.scenario, ending: 'completed' as const };
  run.toolCalls = [];
  await play({ ...stage, asked: { ...asked, question, scenario }, resumed: true });
}

async function playUntilEnd(stage: Stage): Promise<void> {
  const { state, run, asked } = stage;
  const { scenario } = asked;
  if (scenario.functionCall) await callTool(stage);
  if (scenario.ending === 'requires_action') {
    run.toolCalls = [
      {
        id: newId(),
        type: 'function',
        function: { name: 'get_local_time', arguments: '{"city":"Beijing"}' },
      },
    ];
    run.emitChat('requires_action');
    return;
  }
  const text = composeAnswer(asked);
  const message = { id: newId(), ...answerFields(run) };
  if (scenario.reasoning) {
    for (const piece of split(reasoningOf(asked.language))) {
      emitDelta(run, message, { content: '', reasoning_content: piece });
      await pace(stage, piece.length);
    }
  }
  const half = text.slice(0, Math.ceil(text.length / 2));
  await say(stage, message, scenario.ending === 'completed' ? text : half);
  if (scenario.ending === 'stall') await sleep(STALL_MS, undefined, { signal: run.ending.signal });
  if (scenario.ending === 'error') {
    run.status = 'failed';
    run.endedAt = state.nowSeconds();
    run.lastError = { code: scenario.endingCode, msg: 'simulated error event' };
    run.emit('error', run.lastError);
    return;
  }
  if (scenario.ending === 'failed') {
    run.lastError = { code: scenario.endingCode, msg: 'event interval error' };
    run.emitChat('failed', state.nowSeconds());
    return;
  }
  finish(stage, message, text);
}

function finish(
  { state, run, asked }: Stage,
  message: object & { id: string },
  text: string,
): void {
  const whole = { ...message, content: text, created_at: state.nowSeconds() };
  run.emit('conversation.message.completed', {
    ...whole,
    ...(asked.scenario.reasoning && { reasoning_content: reasoningOf(asked.language) }),
  });
  keep(state, run, { id: message.id, type: 'answer', content: text });
  for (const [type, content] of [
    ['verbose', JSON.stringify(VERBOSE)] as const,
    ...followUps(asked.language).map((suggestion) => ['follow_up', suggestion] as const),
  ]) {
    const kept = keep(state, run, { id: newId(), type, content });
    run.emit('conversation.message.completed', {
      ...answerFields(run),
      id: kept.id,
      type,
      content,
    });
  }
  const output = Math.ceil(text.length / 2);
  const input = Math.ceil(asked.question.length / 2) + 10;
  run.usage = { token_count: input + output, output_count: output, input_count: input };
  run.emitChat('completed', state.nowSeconds());
}

/** Follow-ups and the like are listed with their chat, but are no part of the conversation. */
function keep(
  state: SimulatorState,
  run: ChatRun,
  message: { id: string; type: string; content: string },
) {
  const fields = {
    role: 'assistant',
    content_type: 'text',
    chat_id: run.id,
    bot_id: run.botId,
    ...message,
  } as const;
  const kept = state.conversations.add(run.conversation, fields);
  run.messages.push(kept);
  return kept;
}

async function callTool(stage: Stage): Promise<void> {
  const { state, run } = stage;
  const call = {
    name: 'get_local_time',
    arguments: { city: 'Beijing' },
    plugin_id: newId(),
    api_id: newId(),
    plugin_type: 1,
    thought: 'simulated',
  };
  const steps = [
    ['function_call', JSON.stringify(call)],
    ['tool_response', JSON.stringify({ time: new Date(state.now()).toISOString() })],
  ] as const;
  for (const [type, content] of steps) {
    const kept = keep(state, run, { id: newId(), type, content });
    run.emit('conversation.message.completed', {
      ...answerFields(run),
      id: kept.id,
      type,
      content,
    });
    await pace(stage, 6);
  }
}

async function say(stage: Stage, message: object, text: string): Promise<void> {
  if (stage.asked.scenario.noDeltas) return pace(stage, text.length);
  for (const piece of split(text)) {
    emitDelta(stage.run, message, { content: piece });
    await pace(stage, piece.length);
  }
}

function emitDelta(run: ChatRun, message: object, fields: object): void {
  run.emit('conversation.message.delta', { ...message, ...fields });
}

function answerFields(run: ChatRun) {
  return {
    conversation_id: run.conversation.id,
    bot_id: run.botId,
    role: 'assistant',
    type: 'answer',
    content: '',
    content_type: 'text',
    chat_id: run.id,
    section_id: run.conversation.sectionId,
  };
}

/** One to four characters at a time, never half a character. */
function split(text: string): string[] {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let start = 0, size = 1; start < characters.length; start += size, size = (size % 4) + 1) {
    pieces.push(characters.slice(start, start + size).join(''));
  }
  return pieces;
}

/** @throws AbortError when the chat is canceled */
async function pace({ state, run }: Stage, characters: number): Promise<void> {
  const { signal } = run.ending;
  const milliseconds = (characters * 1000) / state.charactersPerSecond;
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
  else await setImmediate(undefined, { signal });
}
