import { createRoute, z } from '@hono/zod-openapi';
import type { HonoRequest } from 'hono';
import type { ZodError } from 'zod';
import { PasswordLogin, PlatformLogin, Revocation, Session, User } from '@zcbot/protocol/http';
import { empty, jsonBody, ok, problems } from '../http/answers.ts';
import type { ClientAddress } from '../http/client-address.ts';
import { invalidRequest, type Api } from '../http/context.ts';
import type { AuthService } from './auth.service.ts';
import { refuseBrowser, refuseForeignPage } from './login-origin.ts';

const tags = ['auth'];

const login = createRoute({
  method: 'post',
  path: '/v1/auth/login',
  tags,
  summary: 'Exchange the platform key for a user’s token, or sign in by e-mail and password',
  security: [],
  request: { body: jsonBody(z.union([PlatformLogin, PasswordLogin])) },
  responses: { 200: ok(Session, 'A token for the user'), ...problems(400, 401, 403, 429, 503) },
});
const me = createRoute({
  method: 'get',
  path: '/v1/auth/me',
  tags,
  summary: 'Whose token this is',
  responses: { 200: ok(User, 'The user'), ...problems(401) },
});
const logout = createRoute({
  method: 'post',
  path: '/v1/auth/logout',
  tags,
  summary: 'End this token and the streams opened with it',
  responses: { 204: empty('Ended'), ...problems(400, 401) },
});
const revoke = createRoute({
  method: 'post',
  path: '/v1/auth/revoke',
  tags,
  summary: 'End all tokens of a user and the streams opened with them',
  security: [],
  request: { body: jsonBody(Revocation) },
  responses: { 204: empty('Ended, if there were any'), ...problems(400, 401, 403, 429) },
});

export function registerAuthRoutes(
  api: Api,
  parts: {
    auth: AuthService;
    clientAddress: ClientAddress;
    /** The console's own origin as browsers see it. */
    ownOrigin: () => string;
  },
): void {
  const { auth, clientAddress, ownOrigin } = parts;

  api.openapi(
    login,
    async (context) => {
      const body = context.req.valid('json');
      const origin = context.req.header('Origin');
      const address = clientAddress(context.env.incoming);
      if ('platform_key' in body) {
        refuseBrowser(origin);
        return context.json(await auth.loginByPlatform(body, address), 200);
      }
      refuseForeignPage(origin, ownOrigin());
      return context.json(await auth.loginByPassword(body, address), 200);
    },
    (result, context) =>
      result.success ? undefined : refuseInvalidLogin(context.req, result.error, result.target),
  );
  api.openapi(me, async (context) => context.json(await auth.me(context.var.actor), 200));
  api.openapi(logout, async (context) => {
    await auth.logout(context.var.actor);
    return context.body(null, 204);
  });
  api.openapi(revoke, async (context) => {
    refuseBrowser(context.req.header('Origin'));
    await auth.revoke(context.req.valid('json'), clientAddress(context.env.incoming));
    return context.body(null, 204);
  });
}

/** Of the two bodies the one that was meant is looked at, so that a fault names its fields. */
async function refuseInvalidLogin(
  request: HonoRequest,
  fault: ZodError,
  target: string,
): Promise<never> {
  const body: unknown = await request.json();
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const byPlatform = keys.includes('platform_key');
  // A page that has the key is told so first: it learns nothing from its other faults.
  if (byPlatform) refuseBrowser(request.header('Origin'));
  const byPassword = keys.includes('email') || keys.includes('password');
  const meant = byPassword && !byPlatform ? PasswordLogin : PlatformLogin;
  throw invalidRequest(meant.safeParse(body).error ?? fault, target);
}
