/**
 * The reference: bare node:http without storage, accounts or replay.
 *   GET /idle    an SSE response that says nothing
 *   GET /pump?deltas=&everyMs=   an SSE response with timestamps
 *   GET /json?bytes=   that many bytes of JSON from memory
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { announce } from './process.ts';

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/json') {
    const text = JSON.stringify({ text: 'x'.repeat(Number(url.searchParams.get('bytes')) - 11) });
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length })
      .end(text);
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  if (url.pathname === '/pump') {
    void pump(Number(url.searchParams.get('deltas')), Number(url.searchParams.get('everyMs')));
  }

  async function pump(deltas: number, everyMs: number): Promise<void> {
    for (let i = 1; i <= deltas; i += 1) {
      if (everyMs > 0) await delay(everyMs);
      else if (i % 20 === 0) await delay(0);
      const text = `${performance.timeOrigin + performance.now()} `;
      response.write(`id: ${i}\nevent: part.delta\ndata: ${JSON.stringify({ text })}\n\n`);
    }
    response.end('event: run.completed\ndata: {}\n\n');
  }
});
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
