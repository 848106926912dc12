/**
 * Coze's JSON, lenient where Coze is (fields come and go between versions), strict about ids:
 * they have 19 digits, and as a JSON number would already be a different id.
 */
import { z } from 'zod';
import type { Chat, ChatMessage, ChatStatus } from './chat-events.ts';

const id = z.string().min(1);
const optionalId = id.optional().catch(undefined);
const text = z.string().catch('');
const epochSeconds = z.number().positive().optional().catch(undefined);

export const WireUsage = z.looseObject({
  token_count: z.number().catch(0),
  output_count: z.number().catch(0),
  input_count: z.number().catch(0),
});

const WireToolCall = z.looseObject({
  id,
  type: text,
  function: z.looseObject({ name: text, arguments: text }).optional().catch(undefined),
});

export const WireChat = z.looseObject({
  id,
  conversation_id: id,
  bot_id: text,
  status: text,
  section_id: optionalId,
  created_at: epochSeconds,
  completed_at: epochSeconds,
  failed_at: epochSeconds,
  usage: WireUsage.optional().catch(undefined),
  last_error: z
    .looseObject({ code: z.number().catch(0), msg: text })
    .optional()
    .catch(undefined),
  required_action: z
    .looseObject({ submit_tool_outputs: z.looseObject({ tool_calls: z.array(WireToolCall) }) })
    .optional()
    .catch(undefined),
});

export const WireMessage = z.looseObject({
  id: text,
  conversation_id: text,
  chat_id: optionalId,
  role: text,
  type: text,
  content: text,
  content_type: text,
  reasoning_content: z.string().optional().catch(undefined),
  created_at: epochSeconds,
});

/** The open-source studio spells two of them differently from the cloud. */
const STATUS: Record<string, ChatStatus> = {
  created: 'created',
  in_progress: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  requires_action: 'requires_action',
  required_action: 'requires_action',
  canceled: 'canceled',
  cancelled: 'canceled',
};

export function toChat(wire: z.infer<typeof WireChat>): Chat {
  const { usage, section_id, created_at, completed_at, failed_at } = wire;
  const calls = wire.required_action?.submit_tool_outputs.tool_calls ?? [];
  return {
    id: wire.id,
    conversationId: wire.conversation_id,
    botId: wire.bot_id,
    status: STATUS[wire.status] ?? 'in_progress',
    ...(section_id !== undefined && { sectionId: section_id }),
    ...(created_at !== undefined && { createdAt: created_at }),
    ...(completed_at !== undefined && { completedAt: completed_at }),
    ...(failed_at !== undefined && { failedAt: failed_at }),
    ...(usage !== undefined && {
      usage: {
        inputTokens: usage.input_count,
        outputTokens: usage.output_count,
        totalTokens: usage.token_count,
      },
    }),
    toolCalls: calls.map((call) => ({
      id: call.id,
      type: call.type,
      name: call.function?.name ?? '',
      arguments: call.function?.arguments ?? '',
    })),
  };
}

export function toMessage(wire: z.infer<typeof WireMessage>): ChatMessage {
  const { chat_id, reasoning_content, created_at } = wire;
  return {
    id: wire.id,
    conversationId: wire.conversation_id,
    ...(chat_id !== undefined && { chatId: chat_id }),
    role: wire.role,
    type: wire.type,
    content: wire.content,
    contentType: wire.content_type,
    ...(reasoning_content !== undefined && { reasoning: reasoning_content }),
    ...(created_at !== undefined && { createdAt: created_at }),
  };
}
