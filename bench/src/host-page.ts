/** A platform's page for the benchmarks: exchanges the key, frames the console, pushes the token. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';

export interface HostPage {
  origin: string;
  stop(): void;
}

const SLOW_IMAGE_MS = 300;
const GIF = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64');

/** @param login gives what POST /api/zcbot-token answers */
export async function startHostPage(login: () => Promise<object>): Promise<HostPage> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/slow.gif') {
      setTimeout(() => send(response, 'image/gif', GIF), SLOW_IMAGE_MS);
    } else if (pathname === '/api/zcbot-token') {
      void login().then((session) => send(response, 'application/json', JSON.stringify(session)));
    } else if (pathname.startsWith('/peer/')) {
      send(response, 'text/javascript', readFileSync(new URL(PEERS[pathname]!, import.meta.url)));
    } else {
      send(
        response,
        'text/html; charset=utf-8',
        PAGES[pathname] ?? '<!doctype html><title>host</title>',
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}

const PEERS: Record<string, string> = {
  '/peer/penpal.js': '../node_modules/penpal/dist/penpal.min.js',
  '/peer/postmate.js': '../node_modules/postmate/build/postmate.min.js',
};

/** Frames of the peers: nothing but the library and one call that takes the token. */
const PAGES: Record<string, string> = {
  '/penpal-frame': `<!doctype html><script src="/peer/penpal.js"></script><script>
    const messenger = new Penpal.WindowMessenger({ remoteWindow: window.parent, allowedOrigins: ['*'] });
    Penpal.connect({ messenger, methods: { token() { window.acceptedAt = performance.timeOrigin + performance.now(); } } });
  </script>`,
  '/postmate-frame': `<!doctype html><script src="/peer/postmate.js"></script><script>
    new Postmate.Model({ token() { window.acceptedAt = performance.timeOrigin + performance.now(); } });
  </script>`,
};
