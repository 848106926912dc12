import type { Message } from '@zcbot/protocol/http';

/**
 * Puts the server's newest page over what is shown. Older pages stay where the page joins them;
 * when it does not (more was written elsewhere than one page holds), the page alone is left and
 * `joined` is false. Unchanged messages keep their object, so that nothing re-renders.
 */
export function mergeNewest(
  shown: readonly Message[],
  page: readonly Message[],
): { messages: Message[]; joined: boolean } {
  const known = new Map(shown.map((message) => [message.id, message]));
  const fresh = page.map((message) => {
    const before = known.get(message.id);
    return before && sameMessage(before, message) ? before : message;
  });
  const first = page[0];
  const joinsAt = first ? shown.findIndex(({ id }) => id === first.id) : -1;
  if (joinsAt < 0) return { messages: fresh, joined: shown.length === 0 };
  const inPage = new Set(page.map(({ id }) => id));
  const older = shown.slice(0, joinsAt).filter(({ id }) => !inPage.has(id));
  return { messages: [...older, ...fresh], joined: true };
}

/** The parts of a message that has ended do not change any more; its status and error may. */
function sameMessage(one: Message, other: Message): boolean {
  return (
    one.status === other.status &&
    one.seq === other.seq &&
    one.run_id === other.run_id &&
    one.error?.code === other.error?.code &&
    one.status !== 'streaming'
  );
}
