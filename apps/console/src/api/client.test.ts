import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TokenSource } from '../session/session.ts';
import { ApiError } from './api-error.ts';
import { createClient } from './client.ts';

const token = signal<string | null>(null);
const tokens = {
  token,
  worked: vi.fn(),
  refused: vi.fn(() => void (token.value = null)),
} satisfies TokenSource;
let ended: AbortController;
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  token.value = 'first';
  ended = new AbortController();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
  fetched.mockReset();
});

const client = () => createClient(tokens, ended.signal);
const json = (status: number, body: unknown, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const bearerOf = (call: number) =>
  (fetched.mock.calls[call]![1]!.headers as Record<string, string>)['Authorization'];

test('sends the bearer and no cookies, and gives the parsed answer', async () => {
  fetched.mockResolvedValueOnce(json(200, { items: [] }));
  expect(await client().request('GET', '/v1/tasks')).toEqual({ items: [] });
  expect(bearerOf(0)).toBe('Bearer first');
  expect(fetched.mock.calls[0]![1]).toMatchObject({ credentials: 'omit', cache: 'no-store' });
  expect(tokens.worked).toHaveBeenCalledWith('first');
});

test('a request that met a 401 is parked and goes out with the new token', async () => {
  fetched
    .mockResolvedValueOnce(json(401, { code: 'token_expired', detail: 'expired' }))
    .mockResolvedValueOnce(json(200, { ok: true }));
  const answer = client().request('POST', '/v1/tasks', { body: { title: 'x' } });
  await vi.waitFor(() => expect(tokens.refused).toHaveBeenCalledWith('first'));
  expect(fetched).toHaveBeenCalledTimes(1);
  token.value = 'second';
  expect(await answer).toEqual({ ok: true });
  expect(bearerOf(1)).toBe('Bearer second');
  expect(fetched.mock.calls[1]![1]!.body).toBe('{"title":"x"}');
});

test('a parked request never goes out under the next user’s name', async () => {
  fetched.mockResolvedValueOnce(json(401, { code: 'token_revoked' }));
  const answer = client().request('POST', '/v1/tasks');
  const outcome = expect(answer).rejects.toThrow('changed');
  await vi.waitFor(() => expect(tokens.refused).toHaveBeenCalled());
  ended.abort(new DOMException('the user has changed', 'AbortError'));
  token.value = 'somebody else’s';
  await outcome;
  expect(fetched).toHaveBeenCalledTimes(1);
});

test('callers that keep the work themselves get the 401', async () => {
  fetched.mockResolvedValueOnce(json(401, { code: 'token_expired' }));
  await expect(client().request('POST', '/v1/x', { unauthorized: 'fail' })).rejects.toMatchObject({
    code: 'token_expired',
    status: 401,
  });
});

test('problem details become an error with code, detail and the wait asked for', async () => {
  fetched.mockResolvedValueOnce(
    json(429, { code: 'rate_limited', detail: 'slow down' }, { 'Retry-After': '7' }),
  );
  const failure = await client()
    .request('GET', '/v1/tasks')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({
    code: 'rate_limited',
    detail: 'slow down',
    retryAfterSeconds: 7,
  });
  expect((failure as ApiError).transient).toBe(true);
});

test.each([
  [503, '<html>bad gateway</html>', 'unavailable'],
  [403, 'blocked', 'bad_answer'],
])('a %i from a proxy in between is told as %s → %s', async (status, body, code) => {
  fetched.mockResolvedValueOnce(new Response(body, { status }));
  await expect(client().request('GET', '/v1/tasks')).rejects.toMatchObject({ code });
});

test('a network that fails is told as unreachable, a server that says nothing as timed out', async () => {
  fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await expect(client().request('GET', '/v1/tasks')).rejects.toMatchObject({ code: 'unreachable' });
  vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(
    AbortSignal.abort(new DOMException('late', 'TimeoutError')),
  );
  fetched.mockImplementationOnce((_, init) => Promise.reject(init!.signal!.reason as Error));
  await expect(client().request('GET', '/v1/tasks')).rejects.toMatchObject({ code: 'timed_out' });
});

test.each([204, 202])('a %i without a body has nothing to parse', async (status) => {
  fetched.mockResolvedValueOnce(new Response(null, { status }));
  expect(await client().request('POST', '/v1/runs/x/stop')).toBeUndefined();
});

test('an answer that is not JSON is told as not understood', async () => {
  fetched.mockResolvedValueOnce(new Response('<html>sign in to the hotel network</html>'));
  await expect(client().request('GET', '/v1/tasks')).rejects.toMatchObject({ code: 'bad_answer' });
});

test('a stream refused with 401 tells so and throws', async () => {
  fetched.mockResolvedValueOnce(json(401, { code: 'token_expired' }));
  await expect(client().openStream('/v1/events', ended.signal)).rejects.toMatchObject({
    status: 401,
  });
  expect(tokens.refused).toHaveBeenCalledWith('first');
});
