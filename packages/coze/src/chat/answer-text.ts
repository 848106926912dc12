/**
 * What a user should see of a chat's events. Bots send an answer as deltas, as one completed message,
 * or as deltas followed by a completed message with more (cards, workflow output): each character
 * comes out once.
 */
import type { ChatEvent, ChatMessage } from './chat-events.ts';

export interface AnswerPiece {
  /** Message it belongs to; a chat may have several answers. */
  messageId: string;
  kind: 'answer' | 'reasoning' | 'follow_up';
  /** To be appended; a follow-up comes whole. */
  text: string;
}

export interface AnswerText {
  /** New pieces in this event, none for most. */
  accept(event: ChatEvent): AnswerPiece[];
}

export function createAnswerText(): AnswerText {
  const shown = new Map<string, { answer: string; reasoning: string }>();

  function seen(messageId: string) {
    const known = shown.get(messageId) ?? { answer: '', reasoning: '' };
    shown.set(messageId, known);
    return known;
  }

  function delta(message: ChatMessage): AnswerPiece[] {
    const known = seen(message.id);
    known.answer += message.content;
    known.reasoning += message.reasoning ?? '';
    return pieces(message.id, message.content, message.reasoning ?? '');
  }

  function completed(message: ChatMessage): AnswerPiece[] {
    const known = seen(message.id);
    const answer = rest(known.answer, message.content);
    const reasoning = rest(known.reasoning, message.reasoning ?? '');
    known.answer += answer;
    known.reasoning += reasoning;
    return pieces(message.id, answer, reasoning);
  }

  return {
    accept(event) {
      if (event.type !== 'message.delta' && event.type !== 'message.completed') return [];
      const { message } = event;
      if (message.type === 'answer') {
        return event.type === 'message.delta' ? delta(message) : completed(message);
      }
      if (message.type !== 'follow_up' || event.type === 'message.delta') return [];
      return [{ messageId: message.id, kind: 'follow_up', text: message.content }];
    },
  };
}

/** The deltas stand where the whole text does not continue them: what was shown stays shown. */
function rest(known: string, whole: string): string {
  return whole.startsWith(known) ? whole.slice(known.length) : '';
}

function pieces(messageId: string, answer: string, reasoning: string): AnswerPiece[] {
  const found: AnswerPiece[] = [];
  if (reasoning !== '') found.push({ messageId, kind: 'reasoning', text: reasoning });
  if (answer !== '') found.push({ messageId, kind: 'answer', text: answer });
  return found;
}
