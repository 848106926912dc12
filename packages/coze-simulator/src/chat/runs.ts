import type { Owner } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import type { ChatRun } from './chat-run.ts';

/** A demo left running must not grow for ever; old chats can no longer be asked about. */
const MAX_RUNS = 2_000;

export class Runs {
  readonly #byId = new Map<string, ChatRun>();

  add(run: ChatRun): void {
    this.#byId.set(run.id, run);
    for (const [id, old] of this.#byId) {
      if (this.#byId.size <= MAX_RUNS) return;
      if (!old.isActive) this.#byId.delete(id);
    }
  }

  /** The chat that occupies a conversation. */
  active(conversationId: string): ChatRun | undefined {
    return [...this.#byId.values()].find(
      (run) => run.conversation.id === conversationId && run.isActive,
    );
  }

  /** @throws SimulatedError 4001 for what does not exist and for what is somebody else's */
  find(owner: Owner, chatId: string, conversationId: string): ChatRun {
    const run = this.#byId.get(chatId);
    const own =
      run?.conversation.clientId === owner.clientId &&
      run.conversation.sessionName === owner.sessionName &&
      run.conversation.id === conversationId;
    if (!run || !own) throw new SimulatedError(4001);
    return run;
  }

  stopAll(): void {
    for (const run of this.#byId.values()) run.ending.abort();
  }
}
