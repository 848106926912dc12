import type { Chat, ChatEvent, ChatMessage } from '../chat/chat-events.ts';
import type { SessionIdentity, TokenSource } from '../tokens/token-types.ts';

export interface CozeClientOptions {
  /** Tokens and, with them, the API base. A request never chooses where it goes. */
  tokens: TokenSource;
  /** Default is the global one. Called only with URLs below `tokens.apiBase`. */
  fetch?: typeof globalThis.fetch;
  /** Channel the conversations belong to. Default is `1024` (API); the web SDK uses `999`. */
  connectorId?: string;
  timeouts?: Partial<Timeouts>;
}

/** In milliseconds. There is no limit on the total length of a streamed answer. */
export interface Timeouts {
  /** From sending to the head of the answer. Default is 60,000. */
  headMs: number;
  /** From the head to the end of a JSON answer. Default is 30,000. */
  bodyMs: number;
  /** Silence within a stream. Default is 90,000. */
  idleMs: number;
  /** From sending to the head, for a file. Default is 300,000. */
  uploadMs: number;
}

export interface CallOptions {
  /** Rejects with its reason; a stream closes its connection. It does not cancel the chat at Coze. */
  signal?: AbortSignal;
}

export interface CozeClient {
  /** Everything below happens as this session: its conversations, its token. Costs nothing. */
  session(identity?: SessionIdentity): CozeSession;
}

/** Every method throws CozeError, or the signal's reason. */
export interface CozeSession {
  createConversation(input: NewConversation, options?: CallOptions): Promise<Conversation>;
  listConversations(input: ConversationQuery, options?: CallOptions): Promise<ConversationPage>;
  retrieveConversation(conversationId: string, options?: CallOptions): Promise<Conversation>;
  /** Forgets the context: messages stay listed, the bot no longer sees them. */
  clearConversation(conversationId: string, options?: CallOptions): Promise<{ sectionId: string }>;
  deleteConversation(conversationId: string, options?: CallOptions): Promise<void>;
  renameConversation(
    conversationId: string,
    name: string,
    options?: CallOptions,
  ): Promise<Conversation>;
  /**
   * Starts a chat and streams it. The request is sent at the first `next()`; leaving the loop
   * early closes the connection (call `cancelChat` to stop the work at Coze too).
   * @throws CozeError; `stream_cut` when the stream ends before the chat did
   */
  chat(input: ChatInput, options?: CallOptions): AsyncGenerator<ChatEvent, void, void>;
  /** Answers `chat.requires_action` and streams what follows. */
  submitToolOutputs(
    input: ChatReference & { toolOutputs: { toolCallId: string; output: string }[] },
    options?: CallOptions,
  ): AsyncGenerator<ChatEvent, void, void>;
  /** @throws CozeError `not_cancelable` when it had already ended */
  cancelChat(chat: ChatReference, options?: CallOptions): Promise<Chat>;
  retrieveChat(chat: ChatReference, options?: CallOptions): Promise<Chat>;
  /** What one chat has answered so far, without the question. */
  listChatMessages(chat: ChatReference, options?: CallOptions): Promise<ChatMessage[]>;
  /** Questions and answers of a conversation. */
  listMessages(input: MessageQuery, options?: CallOptions): Promise<MessagePage>;
  uploadFile(file: { name: string; content: Blob }, options?: CallOptions): Promise<UploadedFile>;
  /** Asks by the current path, then by the older one. */
  bot(botId: string, options?: CallOptions): Promise<Bot>;
}

export interface NewConversation {
  botId: string;
  name?: string;
  metaData?: Record<string, string>;
}

export interface Conversation {
  id: string;
  name?: string;
  /** Epoch seconds. */
  createdAt?: number;
  sectionId?: string;
  metaData: Record<string, string>;
}

export interface ConversationQuery {
  botId: string;
  /** From 1. Default is 1. */
  pageNumber?: number;
  /** Default is 20, at most 50. */
  pageSize?: number;
}

export interface ConversationPage {
  conversations: Conversation[];
  hasMore: boolean;
}

export type ContentItem =
  | { type: 'text'; text: string }
  | { type: 'image' | 'file' | 'audio'; fileId: string }
  | { type: 'image' | 'file' | 'audio'; fileUrl: string };

export interface ChatInput {
  botId: string;
  /** Stable per user, opaque: no phone number, no e-mail address. */
  userId: string;
  /** Without one Coze makes a conversation; `chat.created` names it. */
  conversationId?: string;
  /** The question: text, or text with files. */
  message: string | ContentItem[];
  /** Earlier turns Coze does not know yet. */
  history?: { role: 'user' | 'assistant'; text: string }[];
  customVariables?: Record<string, string>;
  parameters?: Record<string, unknown>;
  metaData?: Record<string, string>;
}

export interface ChatReference {
  conversationId: string;
  chatId: string;
}

export interface MessageQuery {
  conversationId: string;
  chatId?: string;
  /** Default is `desc`: newest first. */
  order?: 'asc' | 'desc';
  beforeId?: string;
  afterId?: string;
  /** 1 to 50. Default is 50. */
  limit?: number;
}

export interface MessagePage {
  messages: ChatMessage[];
  firstId?: string;
  lastId?: string;
  hasMore: boolean;
}

export interface UploadedFile {
  id: string;
  name: string;
  bytes: number;
  createdAt?: number;
}

export interface Bot {
  id: string;
  name: string;
  description: string;
  iconUrl?: string;
  prologue: string;
  suggestedQuestions: string[];
}
