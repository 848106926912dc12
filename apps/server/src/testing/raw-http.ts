/** For tests: bytes to a server as they are, and back, without an HTTP client's good manners. */
import { connect, type Socket } from 'node:net';

/** Nothing more is expected when nothing has come for this long (in milliseconds). */
const QUIET_MS = 300;

export interface RawAnswer {
  /** Of the last answer; 0 when the server closed without any. */
  status: number;
  /** All that came, headers and all. */
  text: string;
  /** The server closed the connection. */
  closed: boolean;
}

export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends, and collects until the server closes or falls silent. */
export async function exchange(
  url: string,
  bytes: string | Uint8Array,
  options: { waitMs?: number; quietMs?: number } = {},
): Promise<RawAnswer> {
  const socket = await openSocket(url);
  return new Promise((resolve) => {
    let text = '';
    let timer = setTimeout(finish, options.waitMs ?? 3_000, false);
    function finish(closed: boolean): void {
      clearTimeout(timer);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)];
      resolve({ status: Number(statuses.at(-1)?.[1] ?? 0), text, closed });
    }
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      clearTimeout(timer);
      timer = setTimeout(finish, options.quietMs ?? QUIET_MS, false);
    });
    socket.on('close', () => finish(true));
    socket.on('error', () => {});
    socket.write(bytes);
  });
}
