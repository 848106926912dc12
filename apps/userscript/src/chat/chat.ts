/** One conversation on the screen: what was said, what is being said, and what can be done. */
import type { Bot, Conversation, PastMessage } from '../coze-calls/wire.ts';
import { followAnswer, type AnswerParts, type Message, type Turn } from './answer.ts';

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
  /** Ends the answer, or the wait for the rest of one that was cut. */
  stop(): void;
  /** Asks the question of a failed, cut or stopped answer again. */
  retry(key: number): void;
  startOver(): void;
  conversations(): Promise<Conversation[]>;
  show(conversationId: string): Promise<void>;
  /** Forgets everything, for another session or bot. */
  reset(): void;
}

const EMPTY: ChatState = {
  bot: null,
  conversationId: null,
  messages: [],
  followUps: [],
  loading: false,
  answering: false,
};

export function createChat(parts: AnswerParts & { signal: AbortSignal }): Chat {
  const { calls } = parts;
  const state: ChatState = { ...EMPTY };
  const listeners: (() => void)[] = [];
  let nextKey = 1;
  let running: { abort: AbortController; turn: Turn } | null = null;
  /** Everything that was started before a reset is no longer wanted. */
  let epoch = new AbortController();
  /** Counts what the user does to the thread; what was being fetched for it before comes too late. */
  let acts = 0;
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
  const recall = (past: readonly PastMessage[]): Message[] =>
    past.map(({ role, text }) => message(role, text, 'complete'));

  async function open(): Promise<void> {
    const { signal } = epoch;
    if (state.bot) return;
    const before = acts;
    state.loading = true;
    changed();
    try {
      const bot = await calls.bot(signal);
      const [latest] = await calls.conversations(signal);
      const past = latest ? await calls.messages(latest.id, signal) : [];
      if (signal.aborted) return;
      state.bot = bot;
      if (latest && acts === before && state.messages.length === 0) {
        state.conversationId = latest.id;
        state.messages = recall(past);
      }
      parts.onSuccess();
    } finally {
      if (!signal.aborted) {
        state.loading = false;
        changed();
      }
    }
  }

  function putQuestion(question: string): void {
    const reply = message('assistant', '', 'sending');
    const { conversationId } = state;
    const turn: Turn = { question, reply, conversationId, chatId: null, followUps: [] };
    const run = { abort: new AbortController(), turn };
    const update = (): void => {
      if (running !== run) return;
      state.conversationId = turn.conversationId;
      state.followUps = turn.followUps;
      changed();
    };
    acts += 1;
    running = run;
    state.messages = [...state.messages, reply];
    state.followUps = [];
    state.answering = true;
    changed();
    const signal = AbortSignal.any([run.abort.signal, epoch.signal]);
    void followAnswer(turn, parts, update, signal).finally(() => {
      if (running !== run) return;
      state.answering = false;
      update();
      running = null;
    });
  }

  function stop(): void {
    if (!running) return;
    const { abort, turn } = running;
    running = null;
    abort.abort(new DOMException('stopped', 'AbortError'));
    Object.assign(turn.reply, { status: 'stopped', error: null });
    state.answering = false;
    changed();
    if (turn.chatId === null || turn.conversationId === null) return;
    calls.cancel(turn.conversationId, turn.chatId).catch(() => undefined);
  }

  function replaceThread(conversationId: string | null, messages: Message[]): void {
    stop();
    Object.assign(state, { conversationId, messages, followUps: [] });
    changed();
  }

  return {
    state,
    onChange: (listener) => void listeners.push(listener),
    open,
    stop,
    send(text) {
      const question = text.trim();
      if (question === '' || running) return;
      state.messages = [...state.messages, message('user', question, 'complete')];
      putQuestion(question);
    },
    retry(key) {
      const index = state.messages.findIndex((known) => known.key === key);
      const question = state.messages[index - 1];
      if (question?.role !== 'user') return;
      if (running?.turn.reply.key === key) stop();
      if (running) return;
      state.messages = state.messages.filter((known) => known.key !== key);
      putQuestion(question.text);
    },
    startOver() {
      acts += 1;
      replaceThread(null, []);
    },
    conversations: () => calls.conversations(epoch.signal),
    async show(conversationId) {
      const act = (acts += 1);
      stop();
      const past = await calls.messages(conversationId, epoch.signal);
      if (act === acts) replaceThread(conversationId, recall(past));
    },
    reset() {
      acts += 1;
      running = null;
      epoch.abort(new DOMException('another session', 'AbortError'));
      epoch = new AbortController();
      Object.assign(state, EMPTY);
      changed();
    },
  };
}
