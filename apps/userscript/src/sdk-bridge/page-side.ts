/**
 * Runs in the page's own world, beside the official SDK: carries the SDK's calls of Coze's API over a
 * port to the userscript, which adds what the page must not see. Everything else the page does with
 * fetch and XMLHttpRequest is untouched.
 */
import { patchFetch } from './page-fetch.ts';
import { patchXhr } from './page-xhr.ts';
import {
  PLACEHOLDER_TOKEN,
  type FromPage,
  type PageConfig,
  type SdkOptions,
  type ToPage,
} from './messages.ts';
import { createPageCalls } from './page-calls.ts';

declare const ZCBOT_PAGE: PageConfig;

interface SdkClient {
  destroy?: () => void;
}

interface SdkWindow {
  CozeWebSDK?: { WebChatClient?: new (options: unknown) => SdkClient };
}

const SDK_POLL_MS = 100;
const SDK_WAIT_MS = 5_000;

function begin(port: MessagePort): void {
  const post = (message: FromPage, transfer: Transferable[] = []): void =>
    port.postMessage(message, transfer);
  const calls = createPageCalls(ZCBOT_PAGE.apiOrigins, post);
  const restore = [patchFetch(calls), patchXhr(calls)];
  let client: SdkClient | undefined;
  let stopped = false;

  async function start(options: SdkOptions): Promise<void> {
    const until = Date.now() + SDK_WAIT_MS;
    const sdk = (): SdkWindow['CozeWebSDK'] => (window as unknown as SdkWindow).CozeWebSDK;
    while (!sdk()?.WebChatClient && Date.now() < until && !stopped) {
      await new Promise((resolve) => setTimeout(resolve, SDK_POLL_MS));
    }
    const WebChatClient = sdk()?.WebChatClient;
    if (stopped) return;
    if (!WebChatClient) return post({ type: 'failed', reason: 'no SDK in the page' });
    try {
      client = new WebChatClient(sdkOptions(options));
      post({ type: 'started' });
    } catch (error) {
      post({ type: 'failed', reason: error instanceof Error ? error.name : 'SDK error' });
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToPage>) => {
    if (data.type === 'start') void start(data.options);
    else if (data.type !== 'stop') calls.receive(data);
    else {
      stopped = true;
      client?.destroy?.();
      for (const undo of restore) undo();
      calls.close();
      port.close();
    }
  };
  post({ type: 'hello', styles: stylesWork(), html: htmlWorks() });
}

function sdkOptions({ botId, language, title, narrow }: SdkOptions): unknown {
  return {
    config: { type: 'bot', bot_id: botId, isIframe: false },
    auth: {
      type: 'token',
      token: PLACEHOLDER_TOKEN,
      onRefreshToken: () => PLACEHOLDER_TOKEN,
    },
    userInfo: { id: 'zcbot', url: '', nickname: '' },
    ui: {
      base: {
        layout: narrow ? 'mobile' : 'pc',
        lang: language === 'zh' ? 'zh-CN' : 'en',
        zIndex: 2_147_483_000,
      },
      chatBot: { title, uploadable: true },
    },
  };
}

/** False under a style-src without 'unsafe-inline': the SDK would stand there undressed. */
function stylesWork(): boolean {
  const style = document.createElement('style');
  style.textContent = '.zcbot-probe{color:inherit}';
  (document.head ?? document.documentElement).append(style);
  const applied = (style.sheet?.cssRules.length ?? 0) > 0;
  style.remove();
  return applied;
}

/** False under require-trusted-types-for 'script'. */
function htmlWorks(): boolean {
  try {
    document.createElement('div').innerHTML = '<i></i>';
    return true;
  } catch {
    return false;
  }
}

function onMessage(event: MessageEvent<unknown>): void {
  const data = event.data as { zcbot?: unknown } | null;
  const [port] = event.ports;
  if (event.source !== window || data?.zcbot !== ZCBOT_PAGE.nonce || !port) return;
  event.stopImmediatePropagation();
  window.removeEventListener('message', onMessage, true);
  begin(port);
}

window.addEventListener('message', onMessage, true);
