/** Requests written out by hand, so that tests of the simulator share nothing with any client. */
import { createPrivateKey, randomBytes } from 'node:crypto';
import { SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import type { CozeSimulator } from '../simulator-types.ts';

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface AssertionChange {
  header?: Partial<JWTHeaderParameters>;
  /** `undefined` leaves a claim out. */
  claims?: Record<string, unknown>;
  /** PEM. Default is the app's. */
  privateKey?: string;
}

export function assertionFor(
  simulator: CozeSimulator,
  { header, claims, privateKey }: AssertionChange = {},
): Promise<string> {
  const { client_id, public_key_id, private_key } = simulator.oauthConfig;
  const now = Math.floor(Date.now() / 1000);
  const payload: JWTPayload = {
    iss: client_id,
    aud: new URL(simulator.url).host,
    iat: now,
    exp: now + 600,
    jti: randomBytes(32).toString('hex'),
    ...claims,
  };
  for (const [name, value] of Object.entries(payload)) {
    if (value === undefined) delete payload[name];
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: public_key_id, ...header })
    .sign(createPrivateKey(privateKey ?? private_key));
}

export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  error_code?: string;
  error_message?: string;
}

export async function exchange(
  simulator: CozeSimulator,
  assertion: string,
  { body = {}, path = '/api/permission/oauth2/token' }: { body?: object; path?: string } = {},
): Promise<{ status: number; json: TokenAnswer; headers: Headers }> {
  const response = await fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${assertion}`, 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: GRANT_TYPE, ...body }),
  });
  const json = (await response.json()) as TokenAnswer;
  return { status: response.status, json, headers: response.headers };
}

export async function tokenFor(
  simulator: CozeSimulator,
  sessionName?: string,
  body: object = {},
): Promise<string> {
  const claims = { session_name: sessionName };
  const { json } = await exchange(simulator, await assertionFor(simulator, { claims }), { body });
  return json.access_token;
}

export interface Envelope {
  code: number;
  msg: string;
  // Whatever the endpoint answers; tests look into it with matchers.
  data: { id: string; [field: string]: unknown };
  detail: { logid: string };
}

/** A call with a token; the body as JSON. */
export async function call(
  simulator: CozeSimulator,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Envelope; headers: Headers }> {
  const response = await fetch(simulator.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Envelope;
  return { status: response.status, json, headers: response.headers };
}

export interface Question {
  text: string;
  conversationId?: string;
  body?: object;
  signal?: AbortSignal;
}

/** The raw answer to a streamed question. */
export function ask(
  simulator: CozeSimulator,
  token: string,
  { text, conversationId, body, signal }: Question,
): Promise<Response> {
  const query = conversationId ? `?conversation_id=${conversationId}` : '';
  return fetch(`${simulator.url}/v3/chat${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      bot_id: simulator.botId,
      user_id: 'u',
      stream: true,
      additional_messages: [{ role: 'user', content: text, content_type: 'text' }],
      ...body,
    }),
    ...(signal && { signal }),
  });
}

export interface RawEvent {
  event: string;
  data: { id?: string; conversation_id?: string; status?: string; type?: string; content?: string };
}

/** Of a whole stream in the usual framing. */
export async function eventsOf(response: Response): Promise<RawEvent[]> {
  const blocks = (await response.text()).split('\n\n').filter(Boolean);
  return blocks.map((block) => {
    const match = /^event:(.*)\ndata:(.*)$/.exec(block);
    if (!match) throw new Error(`not Coze’s framing: ${block}`);
    return { event: match[1]!, data: JSON.parse(match[2]!) as RawEvent['data'] };
  });
}
