/**
 * Which of the page's calls cross the bridge. The page's own code can make the same calls as the SDK
 * (they share a world), so this list and the bot check are what bounds it.
 */

const ALLOWED: [method: string, path: RegExp][] = [
  ['GET', /^\/v1\/bots\/\d+$/],
  ['GET', /^\/v1\/bot\/get_online_info$/],
  ['GET', /^\/v1\/conversations$/],
  ['POST', /^\/v1\/conversation\/create$/],
  ['POST', /^\/v1\/conversation\/message\/(list|delete)$/],
  ['POST', /^\/v1\/conversations\/\d+\/clear$/],
  ['PUT', /^\/v1\/conversations\/\d+$/],
  ['DELETE', /^\/v1\/conversations\/\d+$/],
  ['POST', /^\/v1\/conversations\/\d+\/messages\/\d+\/feedback$/],
  ['DELETE', /^\/v1\/conversations\/\d+\/messages\/\d+\/feedback$/],
  ['POST', /^\/v3\/chat$/],
  ['POST', /^\/v3\/chat\/(cancel|submit_tool_outputs)$/],
  ['GET', /^\/v3\/chat\/(retrieve|message\/list)$/],
  ['POST', /^\/v3\/chat\/retrieve$/],
  ['POST', /^\/v1\/files\/upload$/],
  ['POST', /^\/v1\/audio\/(transcriptions|speech)$/],
];

/** Request headers that may come from the page; everything else is ours or nobody's. */
const HEADERS = new Set(['accept', 'accept-language', 'content-type', 'x-coze-client-user-agent']);

export interface BridgedCall {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: ArrayBuffer | null;
}

/**
 * The call as it may go out: known path, the configured bot only, the user's id put in here.
 * Null for any other.
 */
export function admit(
  call: {
    method: string;
    path: string;
    headers: readonly [string, string][];
    body: ArrayBuffer | null;
  },
  allowed: { botId: string; userId: string },
): BridgedCall | null {
  const method = call.method.toUpperCase();
  if (!call.path.startsWith('/') || call.path.startsWith('//')) return null;
  const url = new URL(call.path, 'https://api.invalid');
  if (url.origin !== 'https://api.invalid') return null;
  if (!ALLOWED.some(([verb, path]) => verb === method && path.test(url.pathname))) return null;
  const named = /^\/v1\/bots\/(\d+)$/.exec(url.pathname)?.[1];
  const asked = [named, ...url.searchParams.getAll('bot_id')].filter((id) => id !== undefined);
  if (asked.some((id) => id !== allowed.botId)) return null;

  const headers = Object.fromEntries(
    call.headers.filter(([name]) => HEADERS.has(name.toLowerCase())),
  );
  let { body } = call;
  const type = call.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (body && !type.startsWith('multipart/form-data')) {
    const checked = checkBody(body, allowed);
    if (checked === null) return null;
    body = checked;
  }
  return { method, path: url.pathname + url.search, headers, body };
}

function checkBody(
  body: ArrayBuffer,
  { botId, userId }: { botId: string; userId: string },
): ArrayBuffer | null {
  if (body.byteLength === 0) return body;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  if ('bot_id' in fields && fields.bot_id !== botId) return null;
  // The page never learns an id that would know this person again on other sites.
  const named = 'user_id' in fields ? { ...fields, user_id: userId } : fields;
  return new TextEncoder().encode(JSON.stringify(named)).buffer;
}
