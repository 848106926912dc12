import { expect, test, vi } from 'vitest';
import { readEvents } from './read-events.ts';

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
}

test('reads events whatever the chunks cut, characters included', async () => {
  const bytes = new TextEncoder().encode(
    'id: r:1\nevent: part.delta\ndata: {"text":"你好"}\n\n: hb\n\n',
  );
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const onEvent = vi.fn();
  const onActivity = vi.fn();
  await readEvents(streamOf(...single), { onEvent, onActivity });
  expect(onEvent).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ id: 'r:1', event: 'part.delta', data: '{"text":"你好"}' }),
  );
  expect(onActivity).toHaveBeenCalledTimes(bytes.length);
});

test('an event cut off by the end is not delivered', async () => {
  const onEvent = vi.fn();
  const half = new TextEncoder().encode('event: part.delta\ndata: {"te');
  await readEvents(streamOf(half), { onEvent, onActivity: () => {} });
  expect(onEvent).not.toHaveBeenCalled();
});
