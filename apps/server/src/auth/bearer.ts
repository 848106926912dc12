/** Turns `Authorization: Bearer` into the actor of a request. Tokens are read from nowhere else. */
import type { MiddlewareHandler } from 'hono';
import type { Environment } from '../http/context.ts';
import { ProblemError } from '../http/problem.ts';
import type { AuthService } from './auth.service.ts';

export function requireActor(
  auth: Pick<AuthService, 'authenticate'>,
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(context.req.header('Authorization') ?? '')?.[1];
    if (!token) {
      throw new ProblemError(
        'unauthenticated',
        'Sign in first: send the token as "Authorization: Bearer <token>".',
      );
    }
    context.set('actor', await auth.authenticate(token));
    await next();
  };
}
