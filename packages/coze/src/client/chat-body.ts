import type { ChatInput, ContentItem } from './client-types.ts';

/** Body of POST /v3/chat (docs: chat_v3). */
export function chatBody(input: ChatInput, connectorId: string): object {
  const { botId, userId, message, history = [], customVariables, parameters, metaData } = input;
  return {
    bot_id: botId,
    user_id: userId,
    stream: true,
    auto_save_history: true,
    connector_id: connectorId,
    additional_messages: [
      ...history.map(({ role, text }) => ({
        role,
        type: role === 'user' ? 'question' : 'answer',
        content: text,
        content_type: 'text',
      })),
      { role: 'user', type: 'question', ...content(message) },
    ],
    ...(customVariables && { custom_variables: customVariables }),
    ...(parameters && { parameters }),
    ...(metaData && { meta_data: metaData }),
  };
}

/** Text alone goes as text: Coze refuses an object_string without a file (4000). */
function content(message: ChatInput['message']): { content: string; content_type: string } {
  if (typeof message === 'string') return { content: message, content_type: 'text' };
  const [only] = message;
  if (message.length === 1 && only?.type === 'text') {
    return { content: only.text, content_type: 'text' };
  }
  return { content: JSON.stringify(message.map(wireItem)), content_type: 'object_string' };
}

function wireItem(item: ContentItem): object {
  if (item.type === 'text') return item;
  return 'fileId' in item
    ? { type: item.type, file_id: item.fileId }
    : { type: item.type, file_url: item.fileUrl };
}
