/** Turns whatever was thrown into what the client is told. */
import { RequestError } from '@hono/node-server';
import { HTTPException } from 'hono/http-exception';
import { ProblemError } from './problem.ts';

/**
 * Node's and PostgreSQL's ways of saying that the database cannot be reached just now.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html: classes 08, 53, 57
 */
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EPIPE|08\w{3}|53\w{3}|57P\d\d)$/;
/** pg gives these no code. */
const AWAY_MESSAGE = /^(timeout exceeded when trying to connect|connection terminated)/i;

export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  // Hono's validator throws it when the body is no JSON.
  if (error instanceof HTTPException && error.status === 400) {
    return new ProblemError('malformed_json', 'The body is not valid JSON.');
  }
  // @hono/node-server could not make a URL of the request target.
  if (error instanceof RequestError) {
    return new ProblemError('invalid_request', 'The request target is malformed.');
  }
  if (isAway(error)) {
    return new ProblemError('unavailable', 'The database cannot be reached. Try again shortly.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new ProblemError('internal', 'Something went wrong on the server. Try again.', {
    cause: error,
  });
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  return (typeof code === 'string' && AWAY.test(code)) || AWAY_MESSAGE.test(error.message);
}
