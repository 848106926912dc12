/** Pages of somebody else, on which the chat has to work or must not be harmed. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const STRICT =
  "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const PAGES: Record<string, { csp?: string; html: string }> = {
  '/plain': { html: page('A plain page') },
  '/strict': { csp: STRICT, html: page('A page with a strict policy') },
  '/dark': {
    html: page('A dark page', '<style>body{background:#111;color:#ddd}</style>'),
  },
};

function page(title: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>button{background:red!important}p{font:30px serif}</style>${head}</head><body><h1>${title}</h1><p>Some text of the page.</p></body></html>`;
}

export class ForeignSite {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ForeignSite> {
    const server = createServer((request, response) => {
      const found = PAGES[new URL(request.url!, 'http://site').pathname];
      response.writeHead(found ? 200 : 404, {
        'Content-Type': 'text/html; charset=utf-8',
        ...(found?.csp ? { 'Content-Security-Policy': found.csp } : {}),
      });
      response.end(found?.html ?? '');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ForeignSite(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
