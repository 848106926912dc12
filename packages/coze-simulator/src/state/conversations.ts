/**
 * Conversations belong to (app, session_name, connector, bot), as Coze separates them (docs:
 * session_isolation). What is somebody else's looks as if it did not exist.
 */
import type { Owner } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import { newId } from './ids.ts';

export interface StoredMessage {
  id: string;
  conversation_id: string;
  bot_id: string;
  chat_id: string;
  section_id: string;
  role: 'user' | 'assistant';
  type: string;
  content: string;
  content_type: string;
  meta_data: Record<string, string>;
  created_at: number;
  updated_at: number;
}

export interface StoredConversation {
  id: string;
  clientId: string | null;
  sessionName: string | null;
  connectorId: string;
  /** Empty for one made without a bot. */
  botId: string;
  name: string;
  metaData: Record<string, string>;
  sectionId: string;
  createdAt: number;
  updatedAt: number;
  /** Oldest first. */
  messages: StoredMessage[];
}

export class Conversations {
  readonly #byId = new Map<string, StoredConversation>();
  readonly #nowSeconds: () => number;

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  create(
    owner: Owner,
    place: { connectorId: string; botId: string },
    described: { name?: string; metaData?: Record<string, string> } = {},
  ): StoredConversation {
    const now = this.#nowSeconds();
    const id = newId();
    const conversation: StoredConversation = {
      id,
      clientId: owner.clientId,
      sessionName: owner.sessionName,
      ...place,
      name: described.name ?? '',
      metaData: described.metaData ?? {},
      sectionId: id,
      createdAt: now,
      updatedAt: now,
      messages: [],
    };
    this.#byId.set(id, conversation);
    return conversation;
  }

  /** @throws SimulatedError 4002 for what does not exist and for what is somebody else's */
  find(owner: Owner, id: string): StoredConversation {
    const found = this.#byId.get(id);
    if (!found || !isOwn(owner, found)) throw new SimulatedError(4002);
    return found;
  }

  /** As `find`, and of this channel and bot. */
  findForChat(
    owner: Owner,
    id: string,
    place: { connectorId: string; botId: string },
  ): StoredConversation {
    const found = this.find(owner, id);
    const sameBot = found.botId === '' || found.botId === place.botId;
    if (found.connectorId !== place.connectorId || !sameBot) throw new SimulatedError(4002);
    return found;
  }

  /** Newest first. */
  list(owner: Owner, place: { connectorId: string; botId: string }): StoredConversation[] {
    return [...this.#byId.values()]
      .filter((conversation) => isOwn(owner, conversation))
      .filter(({ connectorId }) => connectorId === place.connectorId)
      .filter(({ botId }) => botId === place.botId)
      .reverse();
  }

  delete(owner: Owner, id: string): void {
    this.#byId.delete(this.find(owner, id).id);
  }

  add(
    conversation: StoredConversation,
    message: Pick<StoredMessage, 'role' | 'type' | 'content' | 'content_type'> &
      Partial<Pick<StoredMessage, 'id' | 'chat_id' | 'bot_id' | 'meta_data'>>,
  ): StoredMessage {
    const now = this.#nowSeconds();
    const stored: StoredMessage = {
      id: newId(),
      conversation_id: conversation.id,
      bot_id: conversation.botId,
      chat_id: '',
      section_id: conversation.sectionId,
      meta_data: {},
      created_at: now,
      updated_at: now,
      ...message,
    };
    conversation.messages.push(stored);
    conversation.updatedAt = now;
    return stored;
  }

  all(): StoredConversation[] {
    return [...this.#byId.values()];
  }
}

function isOwn(owner: Owner, conversation: StoredConversation): boolean {
  return owner.clientId === conversation.clientId && owner.sessionName === conversation.sessionName;
}
