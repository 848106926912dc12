/**
 * Which browser pages may call the login endpoints. Browsers send Origin with every POST
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header) and pages cannot forge it;
 * backends and tools send none.
 */
import { isOwnOrigin } from '../http/own-origin.ts';
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
  if (origin === undefined || isOwnOrigin(origin, ownOrigin)) return;
  throw new ProblemError(
    'foreign_origin',
    `Passwords are accepted from the console's own pages only, at ${ownOrigin}. ` +
      'If browsers reach it by another address, set ZCBOT_PUBLIC_ORIGIN to that.',
  );
}
