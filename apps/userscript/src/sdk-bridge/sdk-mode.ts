/**
 * The official Web SDK in the page, without a token in the page.
 *
 *  1. The part for the page's world goes in first, and says whether styles and HTML strings work there
 *     (a strict CSP or Trusted Types would leave the SDK broken).
 *  2. The SDK's bundle is fetched through the proxy and run in the page.
 *  3. The SDK gets a placeholder token; its calls come over a port, are checked, and go to `/coze/…`
 *     with the session's name and the pairing key, which never leave this script's world.
 *
 * What a hostile page could still do, as long as the user has switched the SDK on there: the page and
 * the SDK share one world, so the page can make the same calls. It can read and write this user's
 * conversations with this one bot, on other sites too, and spend the account's quota. It cannot
 * use another bot, reach any other of Coze's APIs, take a token, session name or key away, or go on
 * after the tab is closed. Where that is too much, choose the built-in chat: it shares nothing with
 * the page.
 */
import { REGION_BASES, webSdkUrl } from '@zcbot/coze/endpoints';
import pageSide from 'virtual:page-side';
import { runInPage } from '../gm.ts';
import type { Settings } from '../settings/settings.ts';
import type { Gateway } from '../transport/gateway.ts';
import type { Transport } from '../transport/transport.ts';
import { admit } from './allowed-calls.ts';
import type { FromPage, PageConfig, SdkOptions, ToPage } from './messages.ts';

/** The page's part runs at once or never. In milliseconds. */
const HELLO_MS = 2_000;
/** From fetching the bundle to the SDK's first call of Coze's API. In milliseconds. */
export const SDK_LIMIT_MS = 15_000;

export interface SdkMode {
  stop(): void;
}

/** Why the SDK cannot be used here; for the log and the panel. */
export class SdkBlocked extends Error {
  override name = 'SdkBlocked';
}

/** @throws SdkBlocked, or the signal's reason */
export async function startSdk(parts: {
  transport: Transport;
  gateway: Gateway;
  settings: Settings;
  userId: string;
  language: 'zh' | 'en';
  title: string;
  signal: AbortSignal;
}): Promise<SdkMode> {
  const { settings, transport } = parts;
  const lifetime = new AbortController();
  const signal = AbortSignal.any([lifetime.signal, parts.signal]);
  const { port, stop: closePort } = openPort();
  const heard = listen(port);

  const stop = (): void => {
    if (lifetime.signal.aborted) return;
    post(port, { type: 'stop' });
    lifetime.abort(new DOMException('stopped', 'AbortError'));
    closePort();
  };
  parts.signal.addEventListener('abort', stop, { once: true });
  heard.on('call', (call) => void carry(call, port, parts, heard, signal));

  try {
    const hello = await heard.first('hello', HELLO_MS, signal);
    if (!hello.styles) throw new SdkBlocked('style-src');
    if (!hello.html) throw new SdkBlocked('trusted-types');
    const until = AbortSignal.any([signal, AbortSignal.timeout(SDK_LIMIT_MS)]);
    runInPage(await fetchSdk(transport, settings, until));
    const { botId } = settings;
    const narrow = window.innerWidth <= 480;
    const options: SdkOptions = { botId, language: parts.language, title: parts.title, narrow };
    const called = heard.first('call', SDK_LIMIT_MS, signal);
    called.catch(() => undefined);
    post(port, { type: 'start', options });
    const failed = heard.first('failed', SDK_LIMIT_MS, signal).then(({ reason }) => {
      throw new SdkBlocked(reason);
    });
    await Promise.race([
      Promise.all([heard.first('started', SDK_LIMIT_MS, signal), called]),
      failed,
    ]);
    failed.catch(() => undefined);
    return { stop };
  } catch (error) {
    parts.signal.throwIfAborted();
    stop();
    throw error instanceof SdkBlocked ? error : new SdkBlocked(reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

async function fetchSdk(
  transport: Transport,
  settings: Settings,
  signal: AbortSignal,
): Promise<string> {
  const address = settings.sdkUrl || webSdkUrl(settings.region, settings.sdkVersion);
  const response = await transport(`${settings.proxyUrl}/${address}`, { signal });
  if (!response.ok) throw new SdkBlocked(`the SDK’s address answers ${response.status}`);
  return response.text();
}

/** Starts the page's part and hands it one end of a channel. */
function openPort(): { port: MessagePort; stop: () => void } {
  const { port1, port2 } = new MessageChannel();
  const config: PageConfig = {
    nonce: crypto.getRandomValues(new Uint32Array(4)).join('-'),
    apiOrigins: [REGION_BASES.cn.api, REGION_BASES.com.api],
  };
  runInPage(`(function(ZCBOT_PAGE){${pageSide}\n})(${JSON.stringify(config)})`);
  window.postMessage({ zcbot: config.nonce }, window.origin === 'null' ? '*' : window.origin, [
    port2,
  ]);
  return { port: port1, stop: () => setTimeout(() => port1.close(), 1_000) };
}

type Kind = FromPage['type'];
type Of<K extends Kind> = Extract<FromPage, { type: K }>;

interface Heard {
  on<K extends Kind>(type: K, listener: (message: Of<K>) => void): () => void;
  /** @throws SdkBlocked after `limitMs` */
  first<K extends Kind>(type: K, limitMs: number, signal: AbortSignal): Promise<Of<K>>;
}

function listen(port: MessagePort): Heard {
  const listeners = new Map<Kind, Set<(message: never) => void>>();
  port.onmessage = ({ data }: MessageEvent<FromPage>) => {
    for (const listener of [...(listeners.get(data.type) ?? [])]) listener(data as never);
  };
  const heard: Heard = {
    on(type, listener) {
      const known = listeners.get(type) ?? new Set();
      listeners.set(type, known.add(listener));
      return () => void known.delete(listener);
    },
    first(type, limitMs, signal) {
      return new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer);
          off();
          signal.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          done();
          reject(signal.reason as Error);
        };
        const timer = setTimeout(() => {
          done();
          reject(new SdkBlocked(`no ${type} within ${limitMs / 1000} s`));
        }, limitMs);
        const off = heard.on(type, (message) => {
          done();
          resolve(message);
        });
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
  return heard;
}

async function carry(
  call: Of<'call'>,
  port: MessagePort,
  parts: { gateway: Gateway; settings: Settings; userId: string },
  heard: Heard,
  signal: AbortSignal,
): Promise<void> {
  const { id } = call;
  const admitted = admit(call, { botId: parts.settings.botId, userId: parts.userId });
  if (!admitted) {
    const bytes = new TextEncoder().encode('{"code":4101,"msg":"not allowed over this bridge"}');
    post(port, { type: 'head', id, status: 403, headers: [['content-type', 'application/json']] });
    post(port, { type: 'chunk', id, bytes: bytes.buffer });
    post(port, { type: 'end', id });
    return;
  }
  const own = new AbortController();
  const off = heard.on('abort', (message) => message.id === id && own.abort());
  try {
    const { method, path, headers, body } = admitted;
    const response = await parts.gateway.toCoze(path, {
      method,
      headers,
      streaming: /^\/v3\/chat(\?|$)/.test(path),
      signal: AbortSignal.any([own.signal, signal]),
      ...(body === null ? {} : { body: new Blob([body]) }),
    });
    post(port, { type: 'head', id, status: response.status, headers: [...response.headers] });
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      // A copy of exactly these bytes: the chunk may be a view of a larger buffer.
      post(port, { type: 'chunk', id, bytes: value.slice().buffer });
    }
    post(port, { type: 'end', id });
  } catch {
    post(port, { type: 'error', id });
  } finally {
    off();
  }
}

function post(port: MessagePort, message: ToPage): void {
  port.postMessage(message, message.type === 'chunk' ? [message.bytes] : []);
}
