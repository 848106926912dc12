/**
 * Who is calling, as an address that limits can be counted on.
 *
 *  1. The peer of the connection, unless it is a trusted proxy.
 *  2. Behind trusted proxies, X-Forwarded-For is read from right to left: each proxy appends the
 *     peer it saw, so everything left of the first untrusted hop may be invented by the client.
 *  3. A hop that is not an address ends the walk: the proxy that wrote it counts as the client.
 *
 * `Forwarded` and `X-Real-IP` are never read: one header less to get wrong.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

export interface AddressRange {
  address: string;
  family: 'ipv4' | 'ipv6';
  /** Absent: this one address. */
  prefixBits?: number;
}

/** Parses `10.0.0.1`, `10.0.0.0/8`, `::1` or `fd00::/8`; null for anything else. */
export function parseAddressRange(value: string): AddressRange | null {
  const [text = '', bits, ...rest] = value.split('/');
  const address = normalizeAddress(text);
  if (address === null || text.includes('%') || rest.length > 0) return null;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (bits === undefined) return { address, family };
  const prefixBits = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  // A mapped IPv4 range would change its meaning on the way to plain IPv4.
  const fits = prefixBits <= (family === 'ipv4' ? 32 : 128) && isIPv4(text) === isIPv4(address);
  return fits ? { address, family, prefixBits } : null;
}

export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/** @param trustedProxies ranges as `parseAddressRange` takes them; others are left out. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const range of trustedProxies.map(parseAddressRange)) {
    if (range === null) continue;
    const { address, family, prefixBits } = range;
    if (prefixBits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, prefixBits, family);
  }
  const isTrusted = (address: string): boolean =>
    trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');

  return ({ headers, socket }) => {
    // Undefined once the peer has gone; nobody waits for that answer.
    let client = normalizeAddress(socket.remoteAddress ?? '');
    if (client === null) return 'unknown';
    // Node joins repeated X-Forwarded-For lines by commas, in the order in which they came.
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(client)) {
      const hop = hops.pop()?.trim();
      if (hop === undefined) break;
      if (hop === '') continue;
      const address = normalizeAddress(withoutPort(hop));
      if (address === null) break;
      client = address;
    }
    return client;
  };
}

/**
 * What one customer of a network has: an IPv4 address, or an IPv6 /64, of which everybody gets at
 * least one whole (RFC 6177 §2).
 */
export function addressPrefix(address: string): string {
  return isIPv6(address) ? `${ipv6Groups(address).slice(0, 4).join(':')}::/64` : address;
}

/** One spelling per address; IPv4 inside IPv6 (RFC 4291 §2.5.5.2) becomes plain IPv4. */
function normalizeAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const address = text.replace(/%.*$/, '');
  if (!isIPv6(address)) return null;
  const groups = ipv6Groups(address);
  const mapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  if (!mapped) return groups.join(':');
  const [high, low] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high! >> 8, high! & 255, low! >> 8, low! & 255].join('.');
}

/** The eight groups, without leading zeros, in lower case. */
function ipv6Groups(address: string): string[] {
  // The URL parser writes every spelling in one way: https://url.spec.whatwg.org/#concept-ipv6-serializer
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

/** Some proxies append the peer's port: `203.0.113.7:50000`, `[2001:db8::1]:50000`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}
