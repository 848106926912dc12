/** A name whose DNS server changes its mind between questions (DNS rebinding, CWE-350). */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDnsStub, type DnsStub } from '../testing/dns-stub.ts';
import { createHostGuard, type HostGuard } from './host-guard.ts';
import { ProxyError } from './proxy-error.ts';
import { createUpstreamPools } from './upstream-pools.ts';

const NAME = 'rebind.coze.cn';
const PUBLIC = '93.184.216.34';
const PRIVATE = '127.0.0.1';

/** What the name should never lead to. */
let inside: Server;
let reached = 0;
let port = 0;
let dns: DnsStub | undefined;

beforeEach(async () => {
  reached = 0;
  inside = createServer((_request, response) => response.end('inside')).listen(0, '127.0.0.1');
  inside.on('connection', () => (reached += 1));
  await once(inside, 'listening');
  port = (inside.address() as AddressInfo).port;
});
afterEach(() => {
  dns?.stop();
  inside.closeAllConnections();
  inside.close();
});

async function guardWith(
  answer: (question: number) => string[],
  allowedPrivate: string[] = [],
): Promise<HostGuard> {
  dns = await startDnsStub(answer);
  return createHostGuard({ allowedHosts: [], allowedPrivate, resolve: dns.resolve });
}

const target = () => new URL(`http://${NAME}:${port}`);

/** The address that `net.connect` would get. */
function lookup(guard: HostGuard): Promise<string> {
  return new Promise((resolve, reject) => {
    guard.lookupFor(target())(NAME, {}, (error, address) =>
      error ? reject(error) : resolve(address as string),
    );
  });
}

/** A whole request over a new connection. */
async function ask(guard: HostGuard): Promise<string> {
  const pools = createUpstreamPools(guard);
  try {
    const answer = await pools.for(target()).request({ method: 'GET', path: '/' });
    return await answer.body.text();
  } finally {
    await pools.close();
  }
}

test('each answer is judged by itself, and the one that was judged is used', async () => {
  const guard = await guardWith((question) => [question % 2 ? PRIVATE : PUBLIC]);
  for (let round = 0; round < 200; round += 1) {
    const outcome = await lookup(guard).catch((error: unknown) => error);
    if (round % 2) expect(outcome).toBeInstanceOf(ProxyError);
    else expect(outcome).toBe(PUBLIC);
  }
  // One question for one connection: there is no second answer that could differ.
  expect(dns!.asked()).toBe(200);
});

test.each([
  ['private', [PRIVATE]],
  ['private behind a public one', [PUBLIC, PRIVATE]],
  ['private before a public one', [PRIVATE, PUBLIC]],
  ['of the link-local range', ['169.254.169.254', PRIVATE]],
])('an answer that is %s opens no connection', async (_what, addresses) => {
  const guard = await guardWith(() => addresses);
  for (let round = 0; round < 10; round += 1) {
    await expect(ask(guard)).rejects.toMatchObject({ code: 'host_not_allowed' });
  }
  expect(reached).toBe(0);
});

test('what the operator allowed is reached, and asked for once per connection', async () => {
  const guard = await guardWith(() => [PRIVATE], [`${NAME}:${port}`]);
  expect(await ask(guard)).toBe('inside');
  expect([dns!.asked(), reached]).toEqual([1, 1]);
});
