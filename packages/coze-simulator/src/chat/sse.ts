/** Writes a chat's events as Coze frames them, and now and then splits a character on the way. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { ChatRun, Frame } from './chat-run.ts';
import type { Scenario } from './scenario.ts';

/** Every so many frames with a multi-byte character, one is split within it. */
const SPLIT_EVERY = 3;

/** Resolves when the stream has ended, or the client has gone away. */
export async function streamRun(
  response: ServerResponse,
  run: ChatRun,
  { from, scenario }: { from: number; scenario: Scenario },
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  let characters = 0;
  let multibyte = 0;
  for await (const frame of run.follow(from, gone.signal)) {
    const bytes = Buffer.from(toText(frame, scenario), 'utf8');
    const middle = bytes.findIndex((byte) => (byte & 0xc0) === 0x80);
    if (middle > 0 && (multibyte += 1) % SPLIT_EVERY === 0) {
      await write(response, bytes.subarray(0, middle), gone.signal);
      await setImmediate();
      await write(response, bytes.subarray(middle), gone.signal);
    } else await write(response, bytes, gone.signal);
    characters += answerLength(frame);
    if (scenario.cut && characters >= scenario.cut.afterCharacters) {
      if (scenario.cut.orderly) response.end();
      else response.destroy();
      return;
    }
  }
  response.end();
}

function toText({ event, data }: Frame, { spacedFraming }: Scenario): string {
  const json = JSON.stringify(data);
  return spacedFraming
    ? `event: ${event}\r\ndata: ${json}\r\n\r\n`
    : `event:${event}\ndata:${json}\n\n`;
}

function answerLength({ event, data }: Frame): number {
  if (event !== 'conversation.message.delta') return 0;
  const { content } = data as { content: string };
  return content.length;
}

async function write(response: ServerResponse, bytes: Buffer, gone: AbortSignal): Promise<void> {
  if (gone.aborted || response.write(bytes)) return;
  await once(response, 'drain', { signal: gone }).catch(() => undefined);
}
