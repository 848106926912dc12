/** What middleware hands to routes, and the application type every route module registers on. */
import { OpenAPIHono, type Hook } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import { ProblemError, problemResponse } from './problem.ts';

/** Who acts: taken from a verified token, and passed as the first argument to every service. */
export interface Actor {
  userId: string;
  /** The token's id (`jti`): what logout revokes. */
  tokenId: string;
  /** Epoch seconds. */
  expiresAt: number;
}

export interface Environment {
  Bindings: HttpBindings;
  Variables: { actor: Actor };
}

export type Api = OpenAPIHono<Environment>;

export function createApi(): Api {
  return new OpenAPIHono<Environment>({ defaultHook: refuseInvalid });
}

/** Schema faults become 400 `invalid_request` with every faulty field named. */
const refuseInvalid: Hook<unknown, Environment, string, Response | undefined> = (result) => {
  if (result.success) return undefined;
  const errors = result.error.issues.map((issue) => ({
    field: issue.path.join('.') || result.target,
    message:
      issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}` : issue.message,
  }));
  const detail = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  return problemResponse(new ProblemError('invalid_request', detail, { errors }));
};
