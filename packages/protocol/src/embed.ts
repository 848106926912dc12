/**
 * Embed protocol v1, both directions, bit-exact:
 *
 *   child → parent   { type: "zcbot-ready" }
 *                    { type: "zcbot-401" }
 *   parent → child   { type: "zcbot-token", token, user_id, user_name? }
 *
 * No further keys on v1 messages: a hand-written parent may compare them strictly.
 */
export const READY = 'zcbot-ready';
export const UNAUTHORIZED = 'zcbot-401';
export const TOKEN = 'zcbot-token';

export type ChildMessage = { type: typeof READY } | { type: typeof UNAUTHORIZED };

export interface TokenMessage {
  type: typeof TOKEN;
  token: string;
  user_id: string;
  user_name?: string;
}

/** Any 8-4-4-4-12 hex, version and variant bits free. */
export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type OriginFault = 'missing' | 'malformed';

/**
 * Names and addresses only. URLs also allow `*`, `;` and `,` in a host, which in a CSP header would
 * be a wildcard, the next directive and the next policy.
 */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:]+\])$/;

/**
 * Accepts exactly a serialised http(s) origin (RFC 6454 §6.2): what `new URL(x).origin` gives back
 * unchanged. `null`, `*`, a wildcard, a path, user-info, a default port or upper case are malformed.
 */
export function parseOrigin(
  value: string | null | undefined,
): { origin: string } | { fault: OriginFault } {
  if (value === null || value === undefined || value === '') return { fault: 'missing' };
  if (!URL.canParse(value)) return { fault: 'malformed' };
  const url = new URL(value);
  const http = url.protocol === 'https:' || url.protocol === 'http:';
  return http && url.origin === value && HOST.test(url.hostname)
    ? { origin: value }
    : { fault: 'malformed' };
}

/** True for http(s) origins whose host is this machine: `localhost`, `*.localhost`, 127.0.0.0/8. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || /^127(\.\d+){3}$/.test(hostname)
  );
}
