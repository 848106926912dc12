/** WebSocket through the proxy (the voice path): the handshake is checked like any request, then bytes flow both ways. */
import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Pool } from 'undici';
import { upstreamError } from './forward.ts';
import { toUpstream } from './hop-headers.ts';
import { ProxyError } from './proxy-error.ts';

export function forwardUpgrade(
  request: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  options: { pool: Pool; path: string; onClose: () => void },
): void {
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    options.onClose();
  };
  let abort: ((error?: Error) => void) | undefined;
  caller.on('close', () => {
    close();
    abort?.();
  });
  caller.on('error', () => caller.destroy());

  options.pool.dispatch(
    {
      method: 'GET',
      path: options.path,
      headers: toUpstream(request.rawHeaders),
      upgrade: 'websocket',
    },
    {
      onConnect(abortRequest) {
        abort = abortRequest;
        if (closed) abortRequest();
      },
      onUpgrade(_status, rawHeaders, upstream) {
        abort = undefined;
        caller.write(handshake(rawHeaders ?? []));
        if (head.length > 0) upstream.write(head);
        const end = (): void => {
          caller.destroy();
          upstream.destroy();
        };
        upstream.on('error', end).on('close', end);
        caller.on('close', end);
        upstream.pipe(caller);
        caller.pipe(upstream);
      },
      onHeaders(status) {
        const refused = new ProxyError(
          'upstream_failed',
          `The target answered ${status} instead of opening a WebSocket.`,
          { phase: 'head' },
        );
        refuseUpgrade(caller, refused);
        return false;
      },
      onData: () => false,
      onComplete: () => caller.destroy(),
      onError(error) {
        if (!closed) refuseUpgrade(caller, upstreamError(error));
      },
    },
  );
}

export function refuseUpgrade(caller: Duplex, error: ProxyError): void {
  if (caller.destroyed) return;
  const body = error.body();
  caller.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n` +
      'Content-Type: application/json\r\nConnection: close\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** RFC 6455 §4.2.2: only the fields of the handshake itself go back. */
function handshake(raw: readonly (Buffer | string)[]): string {
  let text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toString('latin1');
    if (/^sec-websocket-/i.test(name)) text += `${name}: ${raw[i + 1]!.toString('latin1')}\r\n`;
  }
  return `${text}\r\n`;
}
