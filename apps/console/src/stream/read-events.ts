import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Longest single event taken; a server that sends more is not speaking this protocol. */
const MAX_EVENT_CHARACTERS = 8 * 1024 * 1024;

/**
 * Reads an event stream to its end. `onActivity` hears every chunk, comments included, and is what
 * a stall watchdog listens to. Resolves when the server closes; rejects when the connection breaks.
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  handlers: { onEvent: (event: EventSourceMessage) => void; onActivity: () => void },
): Promise<void> {
  const parser = createParser({
    onEvent: handlers.onEvent,
    maxBufferSize: MAX_EVENT_CHARACTERS,
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      handlers.onActivity();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Frees the connection also when a handler threw.
    await reader.cancel().catch(() => undefined);
  }
}
