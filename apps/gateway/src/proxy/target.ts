/**
 * Reads the target out of a request's address. Accepted forms:
 *
 *   /https://host/path?query      literal; the query belongs to the target
 *   /https:/host/path             some clients and servers fold the double slash
 *   /https%3A%2F%2Fhost%2Fpath    percent-encoded, decoded exactly once
 *   /?url=… and /?quest=…         encoded, or else everything after the `=`
 */
import { ProxyError } from './proxy-error.ts';

const SCHEME = /^(https?|wss?):\/{1,2}(?!\/)/i;
const ENCODED_SCHEME = /^(https?|wss?)%3a/i;
const QUERY_FORM = /^\/\?(?:url|quest)=(.+)$/s;

/** Null when the address names no target at all (`/`, `/favicon.ico`). @throws ProxyError `bad_target` */
export function parseTarget(address: string): URL | null {
  const inQuery = QUERY_FORM.exec(address)?.[1];
  const text = inQuery ?? address.slice(1);
  const literal = SCHEME.test(text);
  if (!literal && !ENCODED_SCHEME.test(text)) {
    if (inQuery === undefined && !/^(https?|wss?):/i.test(text)) return null;
    throw badTarget('must start with http:// or https:// and a host');
  }
  const target = literal ? text : decodeOnce(inQuery === undefined ? text : text.split('&', 1)[0]!);
  const scheme = SCHEME.exec(target);
  if (!scheme) throw badTarget('must start with http:// or https://');
  const absolute = `${scheme[1]!.toLowerCase()}://${target.slice(scheme[0].length)}`;
  // The WHATWG parser silently drops tabs and newlines and turns `\` into `/`; none belongs here.
  if (/[\\\s\u0000-\u001f]/.test(absolute))
    throw badTarget('holds a backslash, space or control character');
  const url = URL.parse(absolute);
  if (!url) throw badTarget('is not a valid address');
  // RFC 9110 §4.2.4: user-info in a target is a way to make one host look like another.
  if (url.username !== '' || url.password !== '' || /^\w+:\/\/[^/?#]*@/.test(absolute)) {
    throw badTarget('must not contain a user name or password');
  }
  url.hash = '';
  return url;
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badTarget('is not properly percent-encoded');
  }
}

function badTarget(fault: string): ProxyError {
  return new ProxyError(
    'bad_target',
    `The target ${fault}. Write it after the slash, such as /https://api.coze.cn/v1/users/me.`,
  );
}
