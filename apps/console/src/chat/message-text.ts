import type { Part } from '@zcbot/protocol/run-events';

/** The words of an answer: its text parts, without reasoning and tool steps. */
export function answerText(parts: readonly Part[]): string {
  return parts
    .filter((part) => part.type === 'text')
    .map(({ text }) => text)
    .join('\n\n');
}
