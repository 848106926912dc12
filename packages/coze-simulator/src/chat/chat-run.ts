/**
 * One chat. It lives apart from the connection that started it: a client that goes away does not
 * stop it, and its events can be followed from any position.
 */
import { newId } from '../state/ids.ts';
import type { StoredConversation, StoredMessage } from '../state/conversations.ts';

export type RunStatus =
  'created' | 'in_progress' | 'completed' | 'failed' | 'requires_action' | 'canceled';

export interface Frame {
  event: string;
  data: unknown;
}

interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export class ChatRun {
  readonly id = newId();
  readonly conversation: StoredConversation;
  readonly botId: string;
  readonly createdAt: number;
  readonly frames: Frame[] = [];
  /** What it has answered, for the message list. */
  readonly messages: StoredMessage[] = [];
  /** Fires when the chat is canceled or the simulator stops. */
  readonly ending = new AbortController();
  readonly metaData: Record<string, string>;
  status: RunStatus = 'created';
  endedAt: number | undefined;
  lastError = { code: 0, msg: '' };
  usage = { token_count: 0, output_count: 0, input_count: 0 };
  toolCalls: ToolCall[] = [];
  #waiting: (() => void)[] = [];

  constructor(options: {
    conversation: StoredConversation;
    botId: string;
    createdAt: number;
    metaData: Record<string, string>;
  }) {
    this.conversation = options.conversation;
    this.botId = options.botId;
    this.createdAt = options.createdAt;
    this.metaData = options.metaData;
  }

  get isActive(): boolean {
    return this.status === 'created' || this.status === 'in_progress';
  }

  emit(event: string, data: unknown): void {
    this.frames.push({ event, data: structuredClone(data) });
    for (const wake of this.#waiting.splice(0)) wake();
  }

  emitChat(status: RunStatus, now?: number): void {
    this.status = status;
    this.endedAt = now;
    this.emit(`conversation.chat.${status}`, this.toWire());
  }

  /** Frames from a position on, up to and with the next `done`; ends early with the signal. */
  async *follow(from: number, signal: AbortSignal): AsyncGenerator<Frame, void, void> {
    for (let position = from; !signal.aborted; position += 1) {
      while (this.frames[position] === undefined && !signal.aborted) await this.#more(signal);
      const frame = this.frames[position];
      if (frame === undefined) return;
      yield frame;
      if (frame.event === 'done') return;
    }
  }

  toWire(): object {
    return {
      id: this.id,
      conversation_id: this.conversation.id,
      bot_id: this.botId,
      created_at: this.createdAt,
      ...(this.status === 'completed' && { completed_at: this.endedAt }),
      ...(this.status === 'failed' && { failed_at: this.endedAt }),
      last_error: this.lastError,
      status: this.status,
      usage: this.usage,
      section_id: this.conversation.sectionId,
      meta_data: this.metaData,
      ...(this.status === 'requires_action' && {
        required_action: {
          type: 'submit_tool_outputs',
          submit_tool_outputs: { tool_calls: this.toolCalls },
        },
      }),
    };
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
