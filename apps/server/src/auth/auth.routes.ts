import { createRoute, z } from '@hono/zod-openapi';
import { PlatformLogin, Session } from '@zcbot/protocol/http';
import type { Api } from '../http/context.ts';
import { ProblemError } from '../http/problem.ts';
import { jsonBody, ok, problems } from '../http/answers.ts';
import type { AuthService } from './auth.service.ts';

const login = createRoute({
  method: 'post',
  path: '/v1/auth/login',
  tags: ['auth'],
  summary: 'Exchange the platform key for a user’s token',
  request: { body: jsonBody(z.looseObject(PlatformLogin.shape)) },
  responses: { 200: ok(Session, 'A token for the user'), ...problems(400, 401, 403, 429) },
});

export function registerAuthRoutes(api: Api, { auth }: { auth: AuthService }): void {
  api.openapi(login, async (context) => {
    // A browser adds Origin to every cross-origin or POST request; a backend does not.
    if (context.req.header('Origin') !== undefined) {
      throw new ProblemError(
        'platform_key_from_browser',
        'This request comes from a browser. Exchange the platform key on your backend; it must never reach a page.',
      );
    }
    return context.json(await auth.loginByPlatform(context.req.valid('json')), 200);
  });
}
