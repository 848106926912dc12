/** The reference for logins: a Hono hello-world that parses the same JSON body. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { announce } from './process.ts';

const app = new Hono();
app.post('/v1/auth/login', async (context) => {
  await context.req.json();
  return context.json({ token: 'x'.repeat(300), user_id: 'x', exp: 0 });
});
const server = createServer(getRequestListener(app.fetch));
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
