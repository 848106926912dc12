/** What must hold when either side goes away: visible cuts, aborts that reach upstream, bounded memory. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../testing/upstream.ts';

const LONG = Boolean(process.env.ZCBOT_TEST_LONG);
const CUTS = LONG ? 4096 : 256;
const ABORTS = LONG ? 10_000 : 500;
const SLOW_BODY_MIB = LONG ? 1024 : 64;
const ABORT_MAX_MS = 1_000;

let running: TestProxy;
afterEach(() => running.stop());

/** Reads to the end or the break; true when the end was clean. */
async function endsCleanly(url: string): Promise<boolean> {
  const request = httpRequest(url).end();
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    for await (const chunk of answer) void chunk;
    return answer.complete;
  } catch {
    return false;
  }
}

test(
  `a stream of 4 KB cut at any of ${CUTS} places never looks complete`,
  { timeout: 120_000 },
  async () => {
    const stream = Array.from(
      { length: 64 },
      (_, i) => `data: ${String(i).padStart(56, '.')}\n\n`,
    ).join('');
    running = await startTestProxy((request, response) => {
      const cut = Number(new URL(request.url!, 'http://x').searchParams.get('cut'));
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(stream.slice(0, cut), () => setImmediate(() => response.destroy()));
    });
    const clean: number[] = [];
    const places = Array.from({ length: CUTS }, (_, i) => Math.floor((i * 4096) / CUTS) + 1);
    for (let i = 0; i < places.length; i += 16) {
      await Promise.all(
        places.slice(i, i + 16).map(async (cut) => {
          if (await endsCleanly(`${running.through}/?cut=${cut}`)) clean.push(cut);
        }),
      );
    }
    expect(clean).toEqual([]);
  },
);

test('a declared length that is not reached never looks complete', async () => {
  running = await startTestProxy((_request, response) => {
    response.writeHead(200, { 'Content-Length': 1000 });
    response.write('x'.repeat(500), () => setImmediate(() => response.destroy()));
  });
  expect(await endsCleanly(running.through)).toBe(false);
});

test('a caller that leaves before the head, in the body or in the upload takes the upstream request with it', async () => {
  const left: string[] = [];
  running = await startTestProxy((request, response) => {
    const phase = request.url!.slice(1);
    response.on('close', () => left.push(phase));
    if (phase === 'body') {
      response.writeHead(200);
      response.write('first');
    }
    request.resume();
  });
  const leave = async (phase: string, method: string): Promise<void> => {
    const arrived = once(running.server, 'request');
    const request = httpRequest(`${running.through}/${phase}`, { method });
    request.on('error', () => {});
    if (method === 'POST') request.write('half an upload');
    else request.end();
    if (phase === 'body') await once(request, 'response');
    else await arrived;
    request.destroy();
    await expect.poll(() => left, { timeout: ABORT_MAX_MS, interval: 5 }).toContain(phase);
  };
  await leave('head', 'GET');
  await leave('body', 'GET');
  await leave('upload', 'POST');
});

test(
  `${ABORTS} aborts leave no connection to the upstream behind`,
  { timeout: 120_000 },
  async () => {
    running = await startTestProxy((_request, response) => {
      response.writeHead(200).write('x');
    });
    for (let done = 0; done < ABORTS; done += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const request = httpRequest(running.through).end();
          request.on('error', () => {});
          if (i % 2 === 0) await once(request, 'response');
          else await delay(i % 7);
          request.destroy();
        }),
      );
    }
    await expect.poll(() => running.sockets.size, { timeout: 5_000 }).toBe(0);
  },
);

test(
  `a body of ${SLOW_BODY_MIB} MiB through a slow reader is not gathered in memory`,
  { timeout: 300_000 },
  async () => {
    const block = Buffer.alloc(1024 * 1024, 'x');
    let produced = 0;
    running = await startTestProxy((_request, response) => {
      response.writeHead(200);
      const produce = (): void => {
        while (produced < SLOW_BODY_MIB) {
          produced += 1;
          if (!response.write(block)) return void response.once('drain', produce);
        }
        response.end();
      };
      produce();
    });
    const request = httpRequest(running.through).end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.pause();
    await delay(1_500);
    // What the reader has not taken must still be with the upstream, but for the sockets' buffers.
    expect(produced).toBeLessThan(40);
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length;
    expect(bytes).toBe(SLOW_BODY_MIB * block.length);
  },
);

test('an upload goes only as fast as the upstream takes it', async () => {
  let taken = 0;
  running = await startTestProxy(
    (request, response) => {
      request.pause();
      setTimeout(() => {
        request.on('data', (chunk: Buffer) => (taken += chunk.length));
        request.on('end', () => response.end(String(taken)));
        request.resume();
      }, 500);
    },
    { COZE_PROXY_MAX_BODY: String(64 * 1024 * 1024) },
  );
  const size = 32 * 1024 * 1024;
  const request = httpRequest(running.through, {
    method: 'POST',
    headers: { 'Content-Length': size },
  });
  let sent = 0;
  const block = Buffer.alloc(1024 * 1024);
  const produce = (): void => {
    while (sent < size) {
      sent += block.length;
      if (!request.write(block)) return void request.once('drain', produce);
    }
    request.end();
  };
  produce();
  await delay(300);
  expect(sent).toBeLessThan(size);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(Buffer.concat(await answer.toArray()).toString()).toBe(String(size));
});
