/**
 * Which browser pages may call the login endpoints. Browsers send Origin with every POST
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header) and pages cannot forge it;
 * backends and tools send none.
 */
import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';
import { ProblemError } from '../http/problem.ts';

/** @throws ProblemError `platform_key_from_browser` */
export function refuseBrowser(origin: string | undefined): void {
  if (origin === undefined) return;
  throw new ProblemError(
    'platform_key_from_browser',
    'This request comes from a browser. Exchange the platform key on your backend; it must never reach a page.',
  );
}

/** @throws ProblemError `foreign_origin` for a page that is not the console's own. */
export function refuseForeignPage(origin: string | undefined, ownOrigin: string): void {
  if (origin === undefined || isOwn(origin, ownOrigin)) return;
  throw new ProblemError(
    'foreign_origin',
    `Passwords are accepted from the console's own pages only, at ${ownOrigin}. ` +
      'If browsers reach it by another address, set ZCBOT_PUBLIC_ORIGIN to that.',
  );
}

/** http://localhost:8765 and http://127.0.0.1:8765 are one console on the user's own machine. */
function isOwn(origin: string, own: string): boolean {
  if (origin === own) return true;
  if ('fault' in parseOrigin(origin) || !isLoopbackOrigin(origin)) return false;
  const [asked, mine] = [new URL(origin), new URL(own)];
  const onLoopback = isLoopbackOrigin(own) || EVERY_ADDRESS.has(mine.hostname);
  return onLoopback && asked.protocol === mine.protocol && asked.port === mine.port;
}

/** A server that listens on these listens on loopback, too. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);
