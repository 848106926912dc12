/**
 * Stands in for the CDN with the Web SDK: the same global, `CozeWebSDK.WebChatClient`, with the
 * official chat component behind it. Like the CDN's build it talks to https://api.coze.cn itself.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchChatSdk } from '@zcbot/coze-simulator/testing/chat-sdk';

const ADAPTER = `
(() => {
  class WebChatClient {
    constructor({ config, auth, userInfo, ui }) {
      if (auth.type !== 'token' || typeof auth.onRefreshToken !== 'function') throw new TypeError('auth');
      window.seenBySdk = { token: auth.token, user: userInfo.id };
      this.style = document.createElement('style');
      this.style.textContent = STYLES;
      document.head.append(this.style);
      this.place = document.createElement('div');
      this.place.id = 'coze-sdk';
      this.place.style.cssText = 'position:fixed;right:16px;bottom:16px;width:420px;height:560px;background:#fff;border:1px solid #ccc';
      document.body.append(this.place);
      this.root = ReactDOM.createRoot(this.place);
      const { ChatFramework, ChatSlot } = window.default;
      this.root.render(React.createElement(ChatFramework, {
        chat: { appId: config.bot_id, type: 'bot' },
        auth: { token: auth.token, onRefreshToken: auth.onRefreshToken },
        user: { id: userInfo.id, name: 'user', avatar: '' },
        setting: { apiBaseUrl: 'https://api.coze.cn', cdnBaseUrlPath: location.origin, language: ui.base.lang, logLevel: 'release' },
        ui: { layout: ui.base.layout },
      }, React.createElement(ChatSlot)));
    }
    destroy() {
      this.root.unmount();
      this.place.remove();
      this.style.remove();
    }
  }
  window.CozeWebSDK = { WebChatClient };
})();`;

export class SdkCdn {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SdkCdn> {
    const { react, reactDom, script, style } = await fetchChatSdk();
    const styles = await readFile(style, 'utf8');
    const files = await Promise.all(
      [react, reactDom, script].map((file) => readFile(file, 'utf8')),
    );
    const adapter = ADAPTER.replace('STYLES', () => JSON.stringify(styles));
    const bundle = [...files, adapter].join('\n;\n');
    const server = createServer((request, response) => {
      const found = request.url === '/sdk/index.js';
      response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/javascript; charset=utf-8' });
      response.end(found ? bundle : '');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SdkCdn(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/sdk/index.js`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
