import { z } from 'zod';
import { SimulatedAuthError } from '../server/simulated-error.ts';
import type { Call, Route } from '../server/call.ts';
import { bearerOf } from './tokens.ts';
import { verifyAssertion } from './verify-assertion.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const Scope = z.looseObject({
  account_permission: z.object({ permission_list: z.array(z.string()) }).optional(),
  attribute_constraint: z
    .object({
      connector_bot_chat_attribute: z.object({ bot_id_list: z.array(z.string()) }).optional(),
    })
    .optional(),
});

const TokenBody = z.looseObject({
  grant_type: z.string(),
  duration_seconds: z.int().min(1).max(86_399).default(900),
  // Coze's Python SDK sends null where there is none.
  scope: Scope.nullish(),
});

async function exchange(call: Call): Promise<object> {
  const { state, body, request } = call;
  const parsed = TokenBody.safeParse(body);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? 'body';
    throw new SimulatedAuthError('invalid_request', `invalid request: ${field}`);
  }
  const { grant_type, duration_seconds, scope } = parsed.data;
  if (grant_type !== GRANT_TYPE) {
    throw new SimulatedAuthError(
      'unsupported_grant_type',
      `not supported grant type: ${grant_type.slice(0, 100)}`,
    );
  }
  const { clientId, sessionName } = await verifyAssertion(
    bearerOf(request.headers.authorization),
    state,
  );
  const botIds = scope?.attribute_constraint?.connector_bot_chat_attribute?.bot_id_list ?? null;
  const owner = { clientId, sessionName, botIds };
  call.owner = owner;
  return { ...state.tokens.issue(owner, duration_seconds), token_type: 'Bearer' };
}

/** Personal, flagship account and enterprise paths; the account is not looked at. */
export const oauthRoutes: Route[] = [
  '/api/permission/oauth2/token',
  '/api/permission/oauth2/account/{account_id}/token',
  '/api/permission/oauth2/enterprise_id/{enterprise_id}/token',
].map((path) => ({ method: 'POST', path, auth: 'none', handle: exchange }));
