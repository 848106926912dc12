/** One conversation on the screen: what was said, what is being said, and what can be done. */
import { CallError } from '../coze-calls/call-error.ts';
import type { ChatPart } from '../coze-calls/chat-stream.ts';
import type { Bot, Conversation, CozeCalls } from '../coze-calls/coze-calls.ts';
import { backOffMs, pause } from './back-off.ts';

export interface Message {
  key: number;
  role: 'user' | 'assistant';
  text: string;
  reasoning: string;
  status: 'sending' | 'streaming' | 'complete' | 'stopped' | 'cut' | 'failed';
  error: CallError | null;
}

export interface ChatState {
  bot: Bot | null;
  conversationId: string | null;
  messages: Message[];
  followUps: string[];
  /** Loading what is needed before the first question. */
  loading: boolean;
  answering: boolean;
}

export interface Chat {
  readonly state: Readonly<ChatState>;
  /** Called after every change. */
  onChange(listener: () => void): void;
  /** Bot and latest conversation. @throws CallError */
  open(): Promise<void>;
  send(text: string): void;
  stop(): void;
  /** Asks the question of a failed or stopped answer again. */
  retry(key: number): void;
  startOver(): void;
  conversations(): Promise<Conversation[]>;
  show(conversationId: string): Promise<void>;
  /** Forgets everything, for another session or bot. */
  reset(): void;
}

/** Coze needs a moment to see that the chat before has ended (4016). */
const BUSY_TRIES = 4;
const BUSY_PAUSE_MS = 700;
/** How long the outcome of a cut answer is asked for. */
const OUTCOME_TRIES = 20;
const FINAL = new Set(['completed', 'failed', 'canceled', 'requires_action']);

export function createChat(parts: {
  calls: CozeCalls;
  userId: () => Promise<string>;
  /** Something went wrong that may concern more than this one message. */
  onTrouble: (error: CallError) => void;
  /** Coze answered: all is well. */
  onSuccess: () => void;
  signal: AbortSignal;
}): Chat {
  const { calls } = parts;
  const state: ChatState = {
    bot: null,
    conversationId: null,
    messages: [],
    followUps: [],
    loading: false,
    answering: false,
  };
  const listeners: (() => void)[] = [];
  let nextKey = 1;
  let running: { abort: AbortController; chatId: string | null; answer: Message } | null = null;
  /** Everything that was started before a reset is no longer wanted. */
  let epoch = new AbortController();
  parts.signal.addEventListener('abort', () => epoch.abort(parts.signal.reason), { once: true });

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const message = (role: Message['role'], text: string, status: Message['status']): Message => ({
    key: nextKey++,
    role,
    text,
    reasoning: '',
    status,
    error: null,
  });

  async function open(): Promise<void> {
    const { signal } = epoch;
    if (state.bot) return;
    state.loading = true;
    changed();
    try {
      const bot = await calls.bot(signal);
      const [latest] = await calls.conversations(signal);
      const past = latest ? await calls.messages(latest.id, signal) : [];
      if (signal.aborted) return;
      state.bot = bot;
      if (state.messages.length === 0 && latest) {
        state.conversationId = latest.id;
        state.messages = past.map(({ role, text }) => message(role, text, 'complete'));
      }
      parts.onSuccess();
    } finally {
      if (!signal.aborted) {
        state.loading = false;
        changed();
      }
    }
  }

  async function answer(question: string, reply: Message): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, epoch.signal]);
    const run = { abort, chatId: null as string | null, answer: reply };
    running = run;
    state.answering = true;
    state.followUps = [];
    changed();
    try {
      await ask(question, reply, run, signal);
      reply.status = 'complete';
      parts.onSuccess();
    } catch (error) {
      if (epoch.signal.aborted && signal.aborted && !abort.signal.aborted) return;
      if (abort.signal.aborted) reply.status = 'stopped';
      else await failed(reply, run, error);
    } finally {
      if (running === run) {
        running = null;
        state.answering = false;
      }
      changed();
    }
  }

  async function ask(
    question: string,
    reply: Message,
    run: { chatId: string | null },
    signal: AbortSignal,
  ): Promise<void> {
    const userId = await parts.userId();
    let known = state.conversationId !== null;
    for (let tries = 1; ; tries += 1) {
      try {
        state.conversationId ??= await calls.createConversation(signal);
        const conversationId = state.conversationId;
        const stream = calls.chat({ conversationId, userId, text: question }, signal);
        for await (const part of stream) accept(part, reply, run);
        return;
      } catch (error) {
        if (!(error instanceof CallError) || reply.text !== '') throw error;
        // Coze has the same code for a bot and a conversation that it does not know.
        if (error.reason === 'bot_unknown' && known) {
          state.conversationId = null;
          known = false;
          continue;
        }
        if (error.reason !== 'busy' || tries >= BUSY_TRIES) throw error;
        await pause(BUSY_PAUSE_MS * tries, signal);
      }
    }
  }

  function accept(part: ChatPart, reply: Message, run: { chatId: string | null }): void {
    if (part.type === 'started') {
      run.chatId = part.chatId;
      state.conversationId = part.conversationId;
    } else if (part.type === 'answer') {
      reply.status = 'streaming';
      reply.text += part.text;
    } else if (part.type === 'reasoning') reply.reasoning += part.text;
    else if (part.type === 'follow_up') state.followUps = [...state.followUps, part.text];
    changed();
  }

  async function failed(
    reply: Message,
    run: { chatId: string | null },
    error: unknown,
  ): Promise<void> {
    const known = error instanceof CallError ? error : new CallError('refused', { cause: error });
    reply.error = known;
    reply.status = known.reason === 'cut' ? 'cut' : 'failed';
    changed();
    parts.onTrouble(known);
    const { chatId } = run;
    if (known.reason === 'cut' && chatId !== null) await recover(reply, chatId);
  }

  /** Coze goes on without us: what it came to is fetched as soon as the gateway is back. */
  async function recover(reply: Message, chatId: string): Promise<void> {
    const conversationId = state.conversationId!;
    const { signal } = epoch;
    for (let tries = 0; tries < OUTCOME_TRIES; tries += 1) {
      try {
        await pause(backOffMs(Math.min(tries, 3)), signal);
        const {
          status,
          answer: whole,
          followUps,
        } = await calls.outcome(conversationId, chatId, signal);
        if (whole.length > reply.text.length) reply.text = whole;
        if (FINAL.has(status)) {
          reply.status = status === 'completed' ? 'complete' : 'cut';
          reply.error = status === 'completed' ? null : reply.error;
          state.followUps = followUps;
          parts.onSuccess();
          return;
        }
        changed();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof CallError) || !isPassing(error)) return;
      }
    }
  }

  function putQuestion(question: string): void {
    const reply = message('assistant', '', 'sending');
    state.messages = [...state.messages, reply];
    void answer(question, reply);
  }

  return {
    state,
    onChange: (listener) => void listeners.push(listener),
    open,
    send(text) {
      const question = text.trim();
      if (question === '' || running) return;
      state.messages = [...state.messages, message('user', question, 'complete')];
      putQuestion(question);
    },
    stop() {
      const run = running;
      if (!run) return;
      run.abort.abort(new DOMException('stopped', 'AbortError'));
      if (run.chatId !== null && state.conversationId !== null) {
        calls.cancel(state.conversationId, run.chatId).catch(() => undefined);
      }
    },
    retry(key) {
      const index = state.messages.findIndex((known) => known.key === key);
      const question = state.messages[index - 1];
      if (running || question?.role !== 'user') return;
      state.messages = state.messages.filter((known) => known.key !== key);
      putQuestion(question.text);
    },
    startOver() {
      this.stop();
      state.conversationId = null;
      state.messages = [];
      state.followUps = [];
      changed();
    },
    conversations: () => calls.conversations(epoch.signal),
    async show(conversationId) {
      this.stop();
      const past = await calls.messages(conversationId, epoch.signal);
      state.conversationId = conversationId;
      state.messages = past.map(({ role, text }) => message(role, text, 'complete'));
      state.followUps = [];
      changed();
    },
    reset() {
      epoch.abort(new DOMException('another session', 'AbortError'));
      epoch = new AbortController();
      running = null;
      Object.assign(state, {
        bot: null,
        conversationId: null,
        messages: [],
        followUps: [],
        loading: false,
        answering: false,
      });
      changed();
    },
  };
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
