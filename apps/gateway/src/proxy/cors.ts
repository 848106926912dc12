/**
 * CORS with exact origins (Fetch standard §3.2). An allowed origin is echoed with credentials, on
 * errors too, or the page would see an opaque failure; any other origin is refused before anything
 * is forwarded. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
import type { IncomingHttpHeaders } from 'node:http';
import { LOOPBACK } from '../config/settings.ts';
import { ProxyError } from './proxy-error.ts';

const EXPOSED = 'x-tt-logid, location, content-disposition, content-length, retry-after';
const PREFLIGHT_SECONDS = '600';
/**
 * A userscript manager's background: its requests other than GET carry this. The rule: no website
 * can have such an origin, so its request counts as a program's, without an Origin. It gets no CORS
 * headers either: an extension that may read this host needs none, and any other one reads nothing.
 */
const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\/[\w-]+$/;
const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

export interface OriginPolicy {
  /** Headers for an answer to `origin`; none when there is no Origin. @throws ProxyError `origin_not_allowed` */
  headersFor(origin: string | undefined): readonly string[];
}

export const NO_ORIGIN: readonly string[] = ['Vary', 'Origin'];

export function createOriginPolicy(allowed: readonly string[]): OriginPolicy {
  const exact = new Set(allowed);
  const loopback = exact.delete(LOOPBACK);
  return {
    headersFor(origin) {
      if (!isFromPage(origin)) return NO_ORIGIN;
      if (!exact.has(origin) && !(loopback && LOOPBACK_ORIGIN.test(origin))) {
        throw new ProxyError(
          'origin_not_allowed',
          `Pages of ${origin === 'null' ? 'the origin "null"' : printable(origin)} may not use this proxy. Add the origin to COZE_ALLOWED_ORIGINS if you trust it.`,
        );
      }
      return [
        'Access-Control-Allow-Origin',
        origin,
        'Access-Control-Allow-Credentials',
        'true',
        'Access-Control-Expose-Headers',
        EXPOSED,
        'Vary',
        'Origin',
      ];
    },
  };
}

/** False for programs and for browser extensions, whose requests no page can make. */
export function isFromPage(origin: string | undefined): origin is string {
  return origin !== undefined && !EXTENSION_ORIGIN.test(origin);
}

/**
 * True for what pages of other sites load without saying who they are: images, scripts, frames,
 * `no-cors` fetches, links. By Sec-Fetch-Site alone a script manager looks the same: depending on
 * browser and manager its background sends `none`, `same-origin` or `cross-site`. But it fetches
 * with mode `cors`, and a page's `cors` request to another origin always has an Origin, which
 * createOriginPolicy judges (Fetch standard, "append a request `Origin` header").
 * Programs, and browsers before 2023, send no Sec-Fetch headers at all.
 * https://www.w3.org/TR/fetch-metadata/
 */
export function isForeignLoad(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  if (headers.origin !== undefined) return false;
  return headers['sec-fetch-mode'] !== 'cors' || headers['sec-fetch-dest'] !== 'empty';
}

/** The answer to a preflight: what was asked for, since the target decides what it accepts. */
export function preflightHeaders(method: string, requestHeaders: string | undefined): string[] {
  return [
    'Access-Control-Allow-Methods',
    method,
    ...(requestHeaders === undefined ? [] : ['Access-Control-Allow-Headers', requestHeaders]),
    'Access-Control-Max-Age',
    PREFLIGHT_SECONDS,
    'Vary',
    'Access-Control-Request-Method, Access-Control-Request-Headers',
  ];
}

function printable(origin: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(origin) ? origin : 'this origin';
}
