import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ConnectionCap } from './connection-cap.ts';

const clients: Socket[] = [];
let server: Server | undefined;
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server?.close();
});

async function capped(cap: ConnectionCap): Promise<() => Promise<Socket>> {
  const listening = createServer((socket) => cap.admit(socket.on('error', () => {})));
  server = listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return async () => {
    const client = connect((listening.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client.on('error', () => {}));
    await once(client, 'connect');
    return client;
  };
}

test('an address may have so many connections, and another one once one closes', async () => {
  const open = await capped(new ConnectionCap(() => false, 2));
  const first = await open();
  const second = await open();
  const third = await open();
  await once(third, 'close');
  expect(first.destroyed || second.destroyed).toBe(false);

  first.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const fourth = await open();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(fourth.destroyed).toBe(false);
});

test('an address that many share has no limit', async () => {
  const open = await capped(new ConnectionCap((address) => address === '127.0.0.1', 1));
  const sockets = [await open(), await open(), await open()];
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(sockets.every((socket) => !socket.destroyed)).toBe(true);
});
