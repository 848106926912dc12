/** One question and its answer, to the end: a busy conversation, a forgotten one, a stream cut off. */
import { CallError } from '../coze-calls/call-error.ts';
import type { ChatPart } from '../coze-calls/chat-stream.ts';
import type { CozeCalls } from '../coze-calls/coze-calls.ts';
import { backOffMs, pause } from './back-off.ts';

export interface Message {
  key: number;
  role: 'user' | 'assistant';
  text: string;
  reasoning: string;
  status: 'sending' | 'streaming' | 'complete' | 'stopped' | 'cut' | 'failed';
  error: CallError | null;
}

export interface Turn {
  question: string;
  reply: Message;
  conversationId: string | null;
  chatId: string | null;
  followUps: string[];
}

export interface AnswerParts {
  calls: CozeCalls;
  userId: () => Promise<string>;
  /** Something went wrong that may concern more than this one message. */
  onTrouble: (error: CallError) => void;
  /** Coze answered: all is well. */
  onSuccess: () => void;
}

/** Coze needs a moment to see that the chat before has ended (4016). */
const BUSY_TRIES = 4;
const BUSY_PAUSE_MS = 700;
/** How long the outcome of a cut answer is asked for. */
const OUTCOME_TRIES = 20;
const FINAL = new Set(['completed', 'failed', 'canceled', 'requires_action']);

/** Ends without a word when the signal does. */
export async function followAnswer(
  turn: Turn,
  parts: AnswerParts,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { reply } = turn;
  try {
    await ask(turn, parts, changed, signal);
    reply.status = 'complete';
    parts.onSuccess();
  } catch (error) {
    if (signal.aborted) return;
    const known = error instanceof CallError ? error : new CallError('refused', { cause: error });
    reply.error = known;
    reply.status = known.reason === 'cut' ? 'cut' : 'failed';
    changed();
    parts.onTrouble(known);
    const { chatId, conversationId } = turn;
    if (known.reason !== 'cut' || chatId === null || conversationId === null) return;
    await recover(turn, { chatId, conversationId }, parts, changed, signal);
  }
}

async function ask(
  turn: Turn,
  parts: AnswerParts,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = parts;
  const userId = await parts.userId();
  let known = turn.conversationId !== null;
  for (let tries = 1; ; tries += 1) {
    try {
      turn.conversationId ??= await calls.createConversation(signal);
      const { conversationId, question: text } = turn;
      for await (const part of calls.chat({ conversationId, userId, text }, signal)) {
        signal.throwIfAborted();
        accept(part, turn);
        changed();
      }
      signal.throwIfAborted();
      return;
    } catch (error) {
      if (!(error instanceof CallError) || turn.reply.text !== '') throw error;
      // Coze has the same code for a bot and a conversation that it does not know.
      if (error.reason === 'bot_unknown' && known) {
        turn.conversationId = null;
        known = false;
        continue;
      }
      if (error.reason !== 'busy' || tries >= BUSY_TRIES) throw error;
      await pause(BUSY_PAUSE_MS * tries, signal);
    }
  }
}

function accept(part: ChatPart, turn: Turn): void {
  const { reply } = turn;
  if (part.type === 'started') {
    turn.chatId = part.chatId;
    turn.conversationId = part.conversationId;
  } else if (part.type === 'answer') {
    reply.status = 'streaming';
    reply.text += part.text;
  } else if (part.type === 'reasoning') reply.reasoning += part.text;
  else if (part.type === 'follow_up') turn.followUps = [...turn.followUps, part.text];
}

/** Coze goes on without us: what it came to is fetched as soon as the gateway is back. */
async function recover(
  turn: Turn,
  { conversationId, chatId }: { conversationId: string; chatId: string },
  { calls, onSuccess }: AnswerParts,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { reply } = turn;
  for (let tries = 0; tries < OUTCOME_TRIES; tries += 1) {
    try {
      await pause(backOffMs(Math.min(tries, 3)), signal);
      const outcome = await calls.outcome(conversationId, chatId, signal);
      signal.throwIfAborted();
      if (outcome.answer.length > reply.text.length) reply.text = outcome.answer;
      if (FINAL.has(outcome.status)) {
        const completed = outcome.status === 'completed';
        reply.status = completed ? 'complete' : 'cut';
        if (completed) reply.error = null;
        turn.followUps = outcome.followUps;
        onSuccess();
        return;
      }
      changed();
    } catch (error) {
      if (signal.aborted || !(error instanceof CallError) || !isPassing(error)) return;
    }
  }
}

/** Worth waiting for. */
function isPassing({ reason }: CallError): boolean {
  return [
    'proxy_down',
    'offline',
    'port_taken',
    'upstream',
    'rate_limited',
    'token_failed',
  ].includes(reason);
}
