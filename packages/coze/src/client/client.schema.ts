/** Coze's JSON outside of chats. Lenient about what may be missing, strict about ids (strings). */
import { z } from 'zod';
import type { Bot, Conversation, UploadedFile } from './client-types.ts';

const text = z.string().catch('');
const optionalText = z.string().min(1).optional().catch(undefined);
const epochSeconds = z.number().positive().optional().catch(undefined);

export const WireConversation = z.looseObject({
  id: z.string().min(1),
  name: optionalText,
  created_at: epochSeconds,
  last_section_id: optionalText,
  meta_data: z.record(z.string(), z.string()).catch({}),
});

export const WireConversationPage = z.looseObject({
  conversations: z.array(WireConversation).nullish(),
  has_more: z.boolean().catch(false),
});

export const WireSection = z.looseObject({ id: z.string().min(1) });

export const WireFile = z.looseObject({
  id: z.string().min(1),
  file_name: text,
  bytes: z.number().catch(0),
  created_at: epochSeconds,
});

export const WireBot = z.looseObject({
  bot_id: text,
  name: text,
  description: text,
  icon_url: optionalText,
  onboarding_info: z
    .looseObject({ prologue: text, suggested_questions: z.array(z.string()).catch([]) })
    .catch({ prologue: '', suggested_questions: [] }),
});

export function toConversation(wire: z.infer<typeof WireConversation>): Conversation {
  const { id, name, created_at, last_section_id, meta_data } = wire;
  return {
    id,
    ...(name !== undefined && { name }),
    ...(created_at !== undefined && { createdAt: created_at }),
    ...(last_section_id !== undefined && { sectionId: last_section_id }),
    metaData: meta_data,
  };
}

export function toFile(wire: z.infer<typeof WireFile>): UploadedFile {
  const { id, file_name, bytes, created_at } = wire;
  return {
    id,
    name: file_name,
    bytes,
    ...(created_at !== undefined && { createdAt: created_at }),
  };
}

export function toBot(wire: z.infer<typeof WireBot>, askedId: string): Bot {
  const { bot_id, name, description, icon_url, onboarding_info } = wire;
  return {
    id: bot_id || askedId,
    name,
    description,
    ...(icon_url !== undefined && { iconUrl: icon_url }),
    prologue: onboarding_info.prologue,
    suggestedQuestions: onboarding_info.suggested_questions,
  };
}
