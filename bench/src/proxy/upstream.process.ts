/**
 * What all proxies forward to.
 *   GET, POST /1k            1 KB of JSON (a POST is read first)
 *   GET /sse?first&every&count   head at once, the first event after `first` ms, then one every `every` ms
 *   GET /hang?id=            never answers
 *   GET /endless?id=         an event every 20 ms, for ever
 *   POST /sink?id=           reads for ever
 *   GET /state?id=           when such a request came and when it was gone, in clockMs
 *   GET /cut?as=chunked|length   half an answer, then the connection is destroyed
 *   GET /large?bytes=        that many bytes
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { clockMs } from './clock.ts';
import { announcePort } from './measured-process.ts';

const answer = Buffer.from(JSON.stringify({ text: 'x'.repeat(1024 - 11) }));
const JSON_HEAD = { 'Content-Type': 'application/json', 'Content-Length': answer.length };
const SSE_HEAD = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };
const block = Buffer.alloc(64 * 1024, 'x');

const watched = new Map<string, { arrivedAt: number; goneAt?: number }>();

function watch(id: string, request: IncomingMessage): void {
  const state: { arrivedAt: number; goneAt?: number } = { arrivedAt: clockMs() };
  watched.set(id, state);
  request.socket.once('close', () => (state.goneAt = clockMs()));
}

function events(response: ServerResponse, first: number, every: number, count: number): void {
  response.writeHead(200, SSE_HEAD).flushHeaders();
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify({ sentAt: clockMs() })}\n\n`);
    if (++sent === count) response.end();
    else setTimeout(next, every);
  };
  setTimeout(next, first);
}

/** Half of what it announces, or a chunked body without its end. */
function cut(response: ServerResponse, as: string): void {
  const length = as === 'length' ? { 'Content-Length': 4096 } : {};
  response.writeHead(200, { ...(as === 'length' ? JSON_HEAD : SSE_HEAD), ...length });
  response.write('data: half of it\n\n');
  setTimeout(() => response.socket?.destroy(), 50);
}

function large(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'Content-Length': bytes, 'Content-Type': 'application/octet-stream' });
  let left = bytes;
  const fill = (): void => {
    while (left > 0 && !response.destroyed) {
      const piece = left < block.length ? block.subarray(0, left) : block;
      left -= piece.length;
      if (!response.write(piece)) return;
    }
    response.end();
  };
  response.on('drain', fill);
  fill();
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  response.on('error', () => {});
  request.on('error', () => {});
  const url = new URL(request.url ?? '/', 'http://upstream');
  const number = (name: string): number => Number(url.searchParams.get(name));
  const id = url.searchParams.get('id') ?? '';
  switch (url.pathname) {
    case '/1k':
      request.resume().on('end', () => response.writeHead(200, JSON_HEAD).end(answer));
      return;
    case '/sse':
      return events(response, number('first'), number('every'), number('count'));
    case '/hang':
      return watch(id, request);
    case '/endless':
      watch(id, request);
      return events(response, 0, 20, Infinity);
    case '/sink':
      watch(id, request);
      request.resume();
      return;
    case '/state':
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(watched.get(id) ?? {}));
      return;
    case '/cut':
      return cut(response, url.searchParams.get('as') ?? 'chunked');
    case '/large':
      return large(response, number('bytes'));
    default:
      response.writeHead(404).end();
  }
});
server.listen(0, '127.0.0.1', () => announcePort(server));
