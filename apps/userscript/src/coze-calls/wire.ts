/** What Coze sends, and what of it the widget reads (docs: developer_guides/chat_v3 and its neighbours). */

export interface Bot {
  name: string;
  description: string;
  prologue: string;
  suggestions: string[];
}

export interface Conversation {
  id: string;
  name: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

export interface PastMessage {
  id: string;
  role: 'user' | 'assistant';
  text: string;
}

export interface Outcome {
  status: string;
  answer: string;
  followUps: string[];
}

export interface WireBot {
  name?: string;
  description?: string;
  onboarding_info?: { prologue?: string; suggested_questions?: string[] };
}

export interface WireConversation {
  id: string;
  name?: string;
  created_at?: number;
}

export interface WireMessage {
  id?: string;
  role?: string;
  type?: string;
  content?: string;
  content_type?: string;
}

export function toBot(wire: WireBot): Bot {
  return {
    name: wire.name ?? '',
    description: wire.description ?? '',
    prologue: wire.onboarding_info?.prologue ?? '',
    suggestions: wire.onboarding_info?.suggested_questions ?? [],
  };
}

export function toConversation({ id, name = '', created_at = 0 }: WireConversation): Conversation {
  return { id: String(id), name, createdAt: created_at * 1000 };
}

/** Questions and answers; what else Coze lists (tools, follow-ups) is not for reading again. */
export function toPastMessage(wire: WireMessage): PastMessage[] {
  const { id = '', role, type = '', content = '' } = wire;
  if (role === 'user') return [{ id, role, text: questionText(wire) }];
  const isAnswer = role === 'assistant' && (type === 'answer' || type === '');
  return isAnswer && content !== '' ? [{ id, role, text: content }] : [];
}

export function toOutcome(status: string, messages: readonly WireMessage[]): Outcome {
  const ofType = (type: string): string[] =>
    messages.filter((message) => message.type === type).map(({ content }) => content ?? '');
  return { status, answer: ofType('answer').join('\n\n'), followUps: ofType('follow_up') };
}

function questionText({ content = '', content_type }: WireMessage): string {
  if (content_type !== 'object_string') return content;
  try {
    const items = JSON.parse(content) as { type?: string; text?: string }[];
    return items.map((item) => item.text ?? `[${item.type ?? 'file'}]`).join('\n');
  } catch {
    return content;
  }
}
