import { HTTPException } from 'hono/http-exception';
import { describe, expect, test } from 'vitest';
import { problemOf } from './problem-of.ts';
import { notFound } from './problem.ts';

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('what was thrown becomes what the client is told', () => {
  test.each([
    ['a problem stays itself', notFound('task'), 'not_found'],
    ['a body that Hono could not parse', new HTTPException(400), 'malformed_json'],
    ['a refused connection', failure('connect', 'ECONNREFUSED'), 'unavailable'],
    ['a server that shuts down', failure('terminating', '57P01'), 'unavailable'],
    ['too many connections', failure('sorry', '53300'), 'unavailable'],
    [
      'a pool that waited too long',
      failure('timeout exceeded when trying to connect'),
      'unavailable',
    ],
    ['a broken rule of the schema', failure('duplicate key', '23505'), 'internal'],
    ['a mistake in the code', new TypeError('x is not a function'), 'internal'],
    ['something that is no error', 'text', 'internal'],
  ])('%s', (_name, thrown, code) => {
    expect(problemOf(thrown).code).toBe(code);
  });

  test('the message of an unexpected error stays inside', () => {
    const problem = problemOf(failure('relation "users" at 10.0.0.5 has password hunter22'));
    expect(problem.message).not.toMatch(/users|10\.0|hunter22/);
  });

  test('a database that is away is worth trying again', () => {
    expect(problemOf(failure('connect', 'ECONNREFUSED')).retryAfterSeconds).toBeGreaterThan(0);
  });
});
