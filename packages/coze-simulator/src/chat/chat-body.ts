/** Reads the body of POST /v3/chat with the limits of its documentation (docs: chat_v3). */
import { z } from 'zod';
import type { Call } from '../server/call.ts';
import { SimulatedError } from '../server/simulated-error.ts';
import { readMetaData } from '../conversations/meta-data.ts';
import { DEFAULT_CONNECTOR } from '../state/simulator-state.ts';

const MAX_MESSAGES = 100;

const Message = z.looseObject({
  role: z.enum(['user', 'assistant']),
  type: z.enum(['question', 'answer', 'function_call', 'tool_output', 'tool_response']).nullish(),
  content: z.string(),
  content_type: z.enum(['text', 'object_string', 'card']).nullish(),
});

const Body = z.looseObject({
  bot_id: z.string().min(1),
  user_id: z.string().min(1),
  stream: z.boolean().nullish(),
  auto_save_history: z.boolean().nullish(),
  additional_messages: z.array(z.unknown()).nullish(),
  connector_id: z.string().nullish(),
});

const Items = z.array(
  z.looseObject({
    type: z.enum(['text', 'file', 'image', 'audio']),
    text: z.string().optional(),
    file_id: z.string().optional(),
    file_url: z.string().optional(),
  }),
);

export interface ChatRequest {
  botId: string;
  userId: string;
  connectorId: string;
  stream: boolean;
  saveHistory: boolean;
  metaData: Record<string, string>;
  messages: {
    role: 'user' | 'assistant';
    type: string;
    content: string;
    content_type: string;
  }[];
  /** Text of the last question. */
  question: string;
  fileIds: string[];
}

/** @throws SimulatedError 4000, 4003, 4004, 4005 or 4007 */
export function readChatBody({ body }: Call): ChatRequest {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? 'body';
    throw new SimulatedError(4000, `Request parameter error: ${field}`);
  }
  const { bot_id, user_id, connector_id } = parsed.data;
  const stream = parsed.data.stream ?? false;
  const saveHistory = parsed.data.auto_save_history ?? true;
  if (!stream && !saveHistory) throw new SimulatedError(4007);
  const written = parsed.data.additional_messages ?? [];
  if (written.length > MAX_MESSAGES) throw new SimulatedError(4004);
  const checked = z.array(Message).safeParse(written);
  if (!checked.success) throw new SimulatedError(4005);
  const messages = checked.data.map(({ role, type, content, content_type }) => ({
    role,
    type: type ?? (role === 'user' ? 'question' : 'answer'),
    content,
    content_type: content_type ?? 'text',
  }));
  const contents = messages.map(readContent);
  const last = contents[messages.findLastIndex(({ type }) => type === 'question')];
  return {
    botId: bot_id,
    userId: user_id,
    connectorId: connector_id || DEFAULT_CONNECTOR,
    stream,
    saveHistory,
    metaData: readMetaData(body.meta_data),
    messages,
    question: last?.text ?? '',
    fileIds: contents.flatMap(({ fileIds }) => fileIds),
  };
}

/** At most one text, and never a text alone: that is what content_type text is for. */
function readContent(message: { content: string; content_type: string }): {
  text: string;
  fileIds: string[];
} {
  if (message.content_type !== 'object_string') return { text: message.content, fileIds: [] };
  const items = Items.safeParse(parse(message.content));
  if (!items.success) throw new SimulatedError(4000, 'content is no valid object_string');
  const texts = items.data.filter(({ type }) => type === 'text');
  const others = items.data.filter(({ type }) => type !== 'text');
  if (texts.length > 1 || (texts.length === 1 && others.length === 0)) {
    throw new SimulatedError(4000, 'object_string takes one text together with files');
  }
  if (others.some(({ file_id, file_url }) => !file_id && !file_url)) {
    throw new SimulatedError(4000, 'A file needs file_id or file_url');
  }
  return {
    text: texts[0]?.text ?? '',
    fileIds: others.flatMap(({ file_id }) => (file_id ? [file_id] : [])),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
