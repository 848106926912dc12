/**
 * Which addresses are not on the public internet. IPv4: the special-purpose registry of RFC 6890.
 * IPv6: only 2000::/3 is global unicast (RFC 4291 §2.4), less the ranges that embed an IPv4 address
 * (6to4, Teredo) or serve other purposes; IPv4-mapped addresses are judged as IPv4.
 */
import { BlockList, isIP } from 'node:net';

const IPV4_SPECIAL = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

const IPV6_SPECIAL = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [net, prefix] of IPV4_SPECIAL) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of IPV6_SPECIAL) special.addSubnet(net, prefix, 'ipv6');

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** True for everything that is not a public unicast address, and for what is no address at all. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return special.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return true;
  if (mapped.check(address, 'ipv6')) return special.check(embeddedIpv4(address), 'ipv4');
  return !globalUnicast.check(address, 'ipv6') || special.check(address, 'ipv6');
}

/** The IPv4 address in `::ffff:a.b.c.d`, however it is written. */
function embeddedIpv4(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [high = 0, low = 0] = canonical
    .split(':')
    .slice(-2)
    .map((group) => parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
