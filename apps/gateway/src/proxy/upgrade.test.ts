import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../testing/upstream.ts';

let running: TestProxy;
afterEach(() => running.stop());

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** RFC 6455 §4.2.2 */
const accept = (key: string) =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

async function upgrade(target: string, headers: Record<string, string> = {}) {
  const request = httpRequest(`${running.proxy.url}/${target}`, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': KEY,
      'Sec-WebSocket-Version': '13',
      ...headers,
    },
  });
  request.end();
  return new Promise<{ answer: IncomingMessage; socket?: Duplex }>((resolve, reject) => {
    request.on('upgrade', (answer, socket) => resolve({ answer, socket }));
    request.on('response', (answer) => resolve({ answer }));
    request.on('error', reject);
  });
}

async function start() {
  running = await startTestProxy((_request, response) => response.writeHead(404).end());
  running.server.on('upgrade', (request, socket) => {
    const answer = accept(String(request.headers['sec-websocket-key']));
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`,
    );
    socket.on('data', (chunk: Buffer) =>
      socket.write(Buffer.concat([Buffer.from('echo '), chunk])),
    );
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
  });
}

test('a WebSocket opens through the proxy and bytes flow both ways', async () => {
  await start();
  const { answer, socket } = await upgrade(running.origin.replace('http', 'ws'));
  expect(answer.statusCode).toBe(101);
  expect(answer.headers['sec-websocket-accept']).toBe(accept(KEY));
  socket!.write('frame');
  const [data] = (await once(socket!, 'data')) as [Buffer];
  expect(data.toString()).toBe('echo frame');
  socket!.destroy();
  await expect.poll(() => running.sockets.size).toBe(0);
});

test('it is checked like any other request', async () => {
  await start();
  expect((await upgrade('wss://evil.example/')).answer.statusCode).toBe(403);
  const target = running.origin.replace('http', 'ws');
  expect((await upgrade(target, { Origin: 'https://evil.example' })).answer.statusCode).toBe(403);
  expect((await upgrade(target, { Host: 'evil.example' })).answer.statusCode).toBe(421);
  expect((await upgrade('')).answer.statusCode).toBe(400);
});

test('an upstream that does not upgrade is a 502', async () => {
  running = await startTestProxy((_request, response) => response.writeHead(404).end());
  const { answer } = await upgrade(running.origin.replace('http', 'ws'));
  expect(answer.statusCode).toBe(502);
});
