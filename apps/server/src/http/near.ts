/** Addresses of this machine and of private networks: where an operator's own machines are. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4 } from 'node:net';
import type { ClientAddress } from './client-address.ts';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and the same for IPv6. */
const NEAR: [network: string, prefixBits: number][] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];

const near = new BlockList();
for (const [network, prefixBits] of NEAR) {
  near.addSubnet(network, prefixBits, isIPv4(network) ? 'ipv4' : 'ipv6');
}

/** @param address as a socket gives it; IPv4 may be written inside IPv6. */
export function isNearAddress(address: string): boolean {
  // BlockList itself matches IPv4 inside IPv6 against the IPv4 ranges.
  return near.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Any of them shows that somebody else is behind the peer. */
const FORWARDING = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

/**
 * Whether the request comes from near. One that was forwarded counts only by a trusted proxy's
 * word: otherwise a proxy on this machine would make the whole internet near.
 */
export function isNearRequest(request: IncomingMessage, clientAddress: ClientAddress): boolean {
  const peer = request.socket.remoteAddress;
  if (peer === undefined) return false;
  const forwarded = FORWARDING.some((name) => request.headers[name] !== undefined);
  if (!forwarded) return isNearAddress(peer);
  const untold = clientAddress({ headers: {}, socket: request.socket });
  const client = clientAddress(request);
  return client !== untold && isNearAddress(client);
}
