import type { Session as SessionAnswer } from '@zcbot/protocol/http';
import { REQUEST_TIMEOUT_MS } from './client.ts';
import { networkError, readProblem } from './api-error.ts';

/** The one call made without a token. @throws ApiError */
export async function signIn(credentials: {
  email: string;
  password: string;
}): Promise<SessionAnswer> {
  let response: Response;
  try {
    response = await fetch('/v1/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(credentials),
      credentials: 'omit',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (cause) {
    throw networkError(cause);
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as SessionAnswer;
}
