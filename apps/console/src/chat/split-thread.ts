import type { Message } from '@zcbot/protocol/http';

/** The normal-flow part is cut when it has grown longer than this… */
const TAIL_MAX = 90;
/** …back to this. */
const TAIL_KEPT = 40;

export interface Split {
  /** Virtualised. */
  older: readonly Message[];
  /** In normal flow. */
  tail: readonly Message[];
  /** `older` got messages at its start since the last split, and only there. */
  grownAtStart: boolean;
  /** First message of the tail. */
  tailFrom: string | null;
}

/**
 * Decides which messages are virtual. The border only moves when it cannot be seen to: at the first
 * page, when the list was replaced, or far above a reader who is at the end.
 */
export function splitThread(
  messages: readonly Message[],
  before: Split | null,
  atEnd: boolean,
): Split {
  let from = messages.findIndex(({ id }) => id === before?.tailFrom);
  const replaced = from < 0;
  if (replaced) from = 0;
  if (atEnd && messages.length - from > TAIL_MAX) from = messages.length - TAIL_KEPT;
  const older = messages.slice(0, from);
  const tailFrom = messages[from]?.id ?? null;
  const grownAtStart =
    !replaced && tailFrom === before?.tailFrom && older.length > before.older.length;
  return { older, tail: messages.slice(from), grownAtStart, tailFrom };
}
