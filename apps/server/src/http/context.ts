/** What middleware hands to routes, and the application type every route module registers on. */
import { OpenAPIHono, type Hook } from '@hono/zod-openapi';
import type { IncomingMessage } from 'node:http';
import type { ZodError } from 'zod';
import type { EdgeResponse } from './edge-response.ts';
import { ProblemError, problemResponse } from './problem.ts';

/** Who acts: taken from a verified token, and passed as the first argument to every service. */
export interface Actor {
  userId: string;
  /** The token's id (`jti`): what logout revokes. */
  tokenId: string;
  /** Older tokens than the user's current generation have ended. */
  tokenGeneration: number;
  /** Epoch seconds. */
  expiresAt: number;
}

export interface Environment {
  Bindings: { incoming: IncomingMessage; outgoing: EdgeResponse };
  Variables: { actor: Actor };
}

export type Api = OpenAPIHono<Environment>;

export function createApi(): Api {
  return new OpenAPIHono<Environment>({ defaultHook: refuseInvalid });
}

const refuseInvalid: Hook<unknown, Environment, string, Response | undefined> = (result) =>
  result.success ? undefined : problemResponse(invalidRequest(result.error, result.target));

const FAULTS_MAX = 20;
const KEYS_MAX = 5;
const KEY_LENGTH_MAX = 50;

/** Schema faults become 400 `invalid_request` with every faulty field named. */
export function invalidRequest(error: ZodError, target: string): ProblemError {
  const errors = error.issues.slice(0, FAULTS_MAX).map((issue) => ({
    field: issue.path.join('.') || target,
    message: issue.code === 'unrecognized_keys' ? `unknown: ${someOf(issue.keys)}` : issue.message,
  }));
  const detail = errors.map((fault) => `${fault.field}: ${fault.message}`).join('; ');
  return new ProblemError('invalid_request', detail, { errors });
}

/** A body can have a hundred thousand unknown keys; the answer names the first few. */
function someOf(keys: readonly string[]): string {
  const named = keys.slice(0, KEYS_MAX).map((key) => key.slice(0, KEY_LENGTH_MAX));
  return named.join(', ') + (keys.length > KEYS_MAX ? ', …' : '');
}
