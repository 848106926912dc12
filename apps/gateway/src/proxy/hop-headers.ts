/**
 * What passes from one side to the other. Hop-by-hop fields, and every field that `Connection`
 * names, belong to one connection only. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Say who the user is or where they are, or steer the gateway itself; no business of the target. */
const KEPT_FROM_UPSTREAM = new Set([
  'cookie',
  'expect',
  'forwarded',
  'host',
  'origin',
  'referer',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-session-name',
  'x-zcbot-pairing',
  'x-zcbot-refused-token',
]);

/** Would act on the gateway's own origin in the caller's browser, or contradict its CORS answer. */
const KEPT_FROM_CALLER = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-allow-private-network',
  'access-control-expose-headers',
  'access-control-max-age',
  'alt-svc',
  'clear-site-data',
  'public-key-pins',
  'refresh',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
]);

/** Raw request headers (name, value, …) less what must not be passed on; names in lower case. */
export function toUpstream(raw: readonly string[], drop?: ReadonlySet<string>): string[] {
  const named = connectionNamed(raw);
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || KEPT_FROM_UPSTREAM.has(name)) continue;
    if (named?.has(name) || drop?.has(name)) continue;
    kept.push(name, raw[i + 1]!);
  }
  return kept;
}

/** Raw response headers as undici gives them, less what must not be passed back. */
export function toCaller(
  raw: readonly Buffer[],
  rewriteLocation: (location: string) => string,
): string[] {
  const text = raw.map((part) => part.toString('latin1'));
  const named = connectionNamed(text);
  const kept: string[] = [];
  for (let i = 0; i < text.length; i += 2) {
    const name = text[i]!;
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || KEPT_FROM_CALLER.has(lower) || named?.has(lower)) continue;
    const value = text[i + 1]!;
    kept.push(name, lower === 'location' ? rewriteLocation(value) : value);
  }
  return kept;
}

function connectionNamed(raw: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]!.length !== 10 || raw[i]!.toLowerCase() !== 'connection') continue;
    for (const token of raw[i + 1]!.split(','))
      (named ??= new Set()).add(token.trim().toLowerCase());
  }
  return named;
}
