/**
 * Decides whether the proxy may talk to a target: host allow-list (exact and `*.` suffix), ports 80
 * and 443, and, at the moment of connecting, only public addresses. Exceptions are named by the
 * operator as host:port and apply to that pair alone.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { COZE_HOSTS } from '@zcbot/coze/endpoints';
import { isPrivateAddress } from './private-address.ts';
import { ProxyError } from './proxy-error.ts';

const DEFAULT_PORT: Record<string, string> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
};

export interface HostGuard {
  /** @throws ProxyError `host_not_allowed` */
  check(target: URL): void;
  /** For `net.connect`: resolves once and hands out only addresses that may be connected to. */
  lookupFor(target: URL): LookupFunction;
}

export function createHostGuard(options: {
  allowedHosts: readonly string[];
  /** host:port pairs that may be private or on another port. */
  allowedPrivate: readonly string[];
  resolve?: typeof resolve;
}): HostGuard {
  const rules = [...COZE_HOSTS, ...options.allowedHosts].map((rule) => rule.toLowerCase());
  const exact = new Set(rules.filter((rule) => !rule.startsWith('*.')));
  const suffixes = rules.filter((rule) => rule.startsWith('*.')).map((rule) => rule.slice(1));
  const exceptions = new Set(options.allowedPrivate.map((pair) => pair.toLowerCase()));
  const resolver = options.resolve ?? resolve;

  const portOf = (target: URL): string => target.port || (DEFAULT_PORT[target.protocol] ?? '');
  const excepted = (target: URL): boolean => exceptions.has(`${target.hostname}:${portOf(target)}`);

  return {
    check(target) {
      if (excepted(target)) return;
      const { hostname } = target;
      const known = exact.has(hostname) || suffixes.some((suffix) => hostname.endsWith(suffix));
      if (!known) {
        throw refused(
          `The host ${hostname} is not on the allow-list. Add it to COZE_ALLOWED_HOSTS if you trust it.`,
        );
      }
      const port = portOf(target);
      if (port !== '80' && port !== '443') {
        throw refused(
          `Port ${port} is not allowed; the proxy reaches 80 and 443. Name ${hostname}:${port} in COZE_ALLOWED_PRIVATE if you need it.`,
        );
      }
      const literal = hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && isPrivateAddress(literal)) throw privateAddress(hostname);
    },

    lookupFor(target) {
      const free = excepted(target);
      return (hostname, lookupOptions, callback) => {
        resolver(hostname, { ...lookupOptions, all: true }, (error, addresses: LookupAddress[]) => {
          if (error) return callback(error, '', 0);
          // One private answer spoils all: a rebinding name mixes them (CWE-918).
          if (!free && addresses.some(({ address }) => isPrivateAddress(address))) {
            return callback(privateAddress(hostname), '', 0);
          }
          if (lookupOptions.all) return callback(null, addresses);
          const first = addresses[0];
          if (!first) return callback(new Error('no address'), '', 0);
          callback(null, first.address, first.family);
        });
      };
    },
  };
}

function refused(message: string): ProxyError {
  return new ProxyError('host_not_allowed', message);
}

function privateAddress(hostname: string): ProxyError {
  return refused(
    `The host ${hostname} has a private or local address, which the proxy does not reach.`,
  );
}
