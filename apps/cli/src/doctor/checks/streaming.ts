/** Whether the running proxy passes a stream on piece by piece. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCozeClient } from '@zcbot/coze/client';
import { fixedToken } from '@zcbot/coze/fixed-token';
import { finding, type Check, type Finding } from '../check.ts';
import { failure } from '../coze-failure.ts';
import { NO_GATEWAY, OFF_LOOPBACK } from '../not-checked.ts';
import { randomName } from '../random-name.ts';
import type { Surroundings } from '../surroundings.ts';

const EVENTS = 3;
const EVENT_EVERY_MS = 300;
const LOOPBACK_PAIR = /^(127\.0\.0\.1|localhost):(\d+)$/;
const EXAMPLE_PAIR = '127.0.0.1:8099';

export const streaming: Check = {
  id: 'streaming',
  what: { en: 'Streaming', zh: '流式传输' },
  async run(surroundings, signal) {
    const [proxy, broker] = await Promise.all([surroundings.proxy(), surroundings.broker()]);
    if (proxy === null) return [NO_GATEWAY];
    const upstream = await listenOnAllowed(surroundings.gateway.allowedPrivate);
    if (upstream !== null) {
      try {
        return [await throughProxy(surroundings.proxyUrl, upstream, signal)];
      } finally {
        upstream.server.close();
        upstream.server.closeAllConnections();
      }
    }
    if (!proxy.simulator) return [NOT_WITHOUT_COST];
    if (broker && !broker.loopbackOnly) return [OFF_LOOPBACK];
    return [await simulatedChat(surroundings, broker?.botId, signal)];
  },
};

interface Upstream {
  server: Server;
  url: string;
}

/** A server of ours that the proxy may reach; null when the operator named no free pair for one. */
async function listenOnAllowed(allowedPrivate: readonly string[]): Promise<Upstream | null> {
  for (const pair of allowedPrivate) {
    const [, host, port] = LOOPBACK_PAIR.exec(pair.toLowerCase()) ?? [];
    if (host === undefined || port === undefined) continue;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      void (async () => {
        for (let event = 0; event < EVENTS && !response.destroyed; event += 1) {
          response.write(`data: ${event}\n\n`);
          await sleep(EVENT_EVERY_MS);
        }
        response.end();
      })();
    });
    const listens = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(Number(port), '127.0.0.1', () => resolve(true));
    });
    if (!listens) continue;
    const bound = (server.address() as AddressInfo).port;
    return { server, url: `http://${host}:${bound}/doctor` };
  }
  return null;
}

async function throughProxy(
  proxyUrl: string,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<Finding> {
  const answer = await fetch(`${proxyUrl}/${upstream.url}`, { signal });
  if (answer.status === 403) {
    await answer.body?.cancel();
    return finding(
      'skip',
      {
        en: 'the running proxy refuses what COZE_ALLOWED_PRIVATE allows here',
        zh: '正在运行的代理拒绝了此处 COZE_ALLOWED_PRIVATE 允许的地址',
      },
      {
        en: 'start the gateway again, so that it reads the setting',
        zh: '请重新启动网关，使设置生效',
      },
    );
  }
  const arrivals: number[] = [];
  for await (const _chunk of answer.body ?? []) arrivals.push(performance.now());
  return judge((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0), EVENT_EVERY_MS * (EVENTS - 2));
}

/** A chat with the real Coze costs its owner something; one with the simulator does not. */
async function simulatedChat(
  { proxyUrl, gateway }: Surroundings,
  runningBot: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const botId = runningBot ?? gateway.botId;
  if (botId === undefined) return NOT_WITHOUT_COST;
  const name = randomName();
  const tokens = fixedToken(`${proxyUrl}/coze`, () => 'added-by-the-gateway');
  const session = createCozeClient({
    tokens,
    fetch: (target, init) => {
      const headers = new Headers(init?.headers);
      headers.set('x-session-name', name);
      return fetch(target, { ...init, headers });
    },
  }).session();
  let first: number | undefined;
  try {
    const chat = session.chat({ botId, userId: 'doctor', message: 'zcbot doctor' }, { signal });
    for await (const event of chat) {
      if (event.type !== 'message.delta') continue;
      first ??= performance.now();
      if (performance.now() - first >= EVENT_EVERY_MS) break;
    }
  } catch (error) {
    return failure(error);
  }
  return judge(first === undefined ? 0 : performance.now() - first, EVENT_EVERY_MS);
}

/** What was sent over time must come over time: a buffer gives it all at the end. */
function judge(spreadMs: number, leastMs: number): Finding {
  if (spreadMs >= leastMs) {
    return finding('ok', {
      en: 'pieces arrive as they are sent',
      zh: '逐段到达，没有缓冲',
    });
  }
  return finding(
    'fail',
    {
      en: 'the answer arrives all at once: something holds it back',
      zh: '回答一次性到达：有程序在缓冲',
    },
    {
      en: 'look for a security program or another proxy in front of the gateway, and switch its buffering off',
      zh: '请检查网关前面的安全软件或其他代理，并关闭其缓冲',
    },
  );
}

const NOT_WITHOUT_COST = finding(
  'skip',
  {
    en: 'not checked: with the real Coze it would cost a chat',
    zh: '未检查：对真实的扣子会消耗一次对话',
  },
  {
    en: `set COZE_ALLOWED_PRIVATE=${EXAMPLE_PAIR}, start the gateway again, and doctor streams from there`,
    zh: `设置 COZE_ALLOWED_PRIVATE=${EXAMPLE_PAIR} 并重启网关，doctor 就会从那里流式传输`,
  },
);
