import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';

/** A server that listens on these listens on loopback, too. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);

/**
 * Whether `origin` is the console's own. On the user's own machine http://localhost:8765 and
 * http://127.0.0.1:8765 are one console.
 */
export function isOwnOrigin(origin: string, own: string): boolean {
  if (origin === own) return true;
  if ('fault' in parseOrigin(origin) || !isLoopbackOrigin(origin)) return false;
  const [asked, mine] = [new URL(origin), new URL(own)];
  const onLoopback = isLoopbackOrigin(own) || EVERY_ADDRESS.has(mine.hostname);
  return onLoopback && asked.protocol === mine.protocol && asked.port === mine.port;
}
