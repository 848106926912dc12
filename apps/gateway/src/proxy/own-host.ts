/**
 * The Host header must be the gateway's own, once. A foreign name that resolves to this machine
 * (DNS rebinding) would otherwise make the gateway same-origin with the attacker's page.
 */
import { networkInterfaces } from 'node:os';
import { ProxyError } from './proxy-error.ts';

const WILDCARDS = new Set(['0.0.0.0', '::']);

export type HostCheck = (rawHeaders: readonly string[]) => void;

/** @throws (the returned check) ProxyError `wrong_host` */
export function createHostCheck(bindHost: string, port: () => number): HostCheck {
  const names = ['127.0.0.1', 'localhost', '[::1]', ...namesOf(bindHost)];
  let own: Set<string> | undefined;

  return (rawHeaders) => {
    own ??= new Set(
      names.flatMap((name) => [`${name}:${port()}`, ...(port() === 80 ? [name] : [])]),
    );
    let host: string | undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (rawHeaders[i]!.length !== 4 || rawHeaders[i]!.toLowerCase() !== 'host') continue;
      if (host !== undefined) throw wrongHost();
      host = rawHeaders[i + 1]!.toLowerCase();
    }
    if (host === undefined || !own.has(host)) throw wrongHost();
  };
}

/** How others call what listens on `bindHost`, as in a URL. */
export function namesOf(bindHost: string): string[] {
  if (!WILDCARDS.has(bindHost)) return [inUrl(bindHost.toLowerCase())];
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.flatMap((known) => (known ? [inUrl(known.address)] : []));
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function wrongHost(): ProxyError {
  return new ProxyError(
    'wrong_host',
    'The Host header is not this gateway’s. Call it by its own address, such as 127.0.0.1 and its port.',
  );
}
