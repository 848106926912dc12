import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCozeSimulator, type CozeSimulator } from '../simulator.ts';
import { ask, call, tokenFor } from '../testing/raw-api.ts';

let simulator: CozeSimulator;
let token: string;
beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
  token = await tokenFor(simulator, 'somebody');
});
afterAll(() => simulator.stop());

describe('a page of any origin', () => {
  const origin = 'https://shop.example';

  test('gets its preflight answered with what it asked for', async () => {
    const response = await fetch(`${simulator.url}/v3/chat`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-coze-client-user-agent',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'authorization,x-coze-client-user-agent',
    );
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('can read answers and their support id, errors included', async () => {
    for (const path of ['/v1/users/me', '/nowhere']) {
      const response = await fetch(simulator.url + path, { headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('access-control-expose-headers')).toBe('x-tt-logid');
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });
});

describe('what it does not have', () => {
  test.each([
    ['GET', '/nowhere', 404, 4200],
    ['PATCH', '/v1/users/me', 405, 4000],
  ])('%s %s', async (method, path, status, code) => {
    const answer = await call(simulator, token, method, path);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test.each(['{', '[]', '"x"'])('a body of %j', async (body) => {
    const response = await fetch(`${simulator.url}/v1/conversation/create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({ code: 4000 });
  });
});

test('both paths of the bot’s description answer the same', async () => {
  const older = await call(
    simulator,
    token,
    'GET',
    `/v1/bot/get_online_info?bot_id=${simulator.botId}`,
  );
  const newer = await call(simulator, token, 'GET', `/v1/bots/${simulator.botId}`);
  expect(newer.json.data).toEqual(older.json.data);
  expect(newer.json.data).toMatchObject({
    bot_id: simulator.botId,
    onboarding_info: { prologue: expect.stringContaining('模拟器') as string },
  });
  expect((await call(simulator, token, 'GET', '/v1/bots/70')).json.code).toBe(4200);
});

describe('files', () => {
  async function upload(files: [string, string][], as = token) {
    const body = new FormData();
    for (const [name, content] of files) body.append('file', new Blob([content]), name);
    const response = await fetch(`${simulator.url}/v1/files/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}` },
      body,
    });
    return (await response.json()) as { code: number; data: { id: string } };
  }

  test('are described after the upload, to their own session', async () => {
    const { data } = await upload([['图.txt', '你好']]);
    expect(data).toMatchObject({
      bytes: 6,
      file_name: '图.txt',
      id: expect.stringMatching(/^\d{19}$/) as string,
    });
    const path = `/v1/files/retrieve?file_id=${data.id}`;
    expect((await call(simulator, token, 'GET', path)).json.data).toEqual(data);
    const other = await tokenFor(simulator, 'other');
    expect((await call(simulator, other, 'GET', path)).json.code).toBe(4200);
  });

  test.each<[string, [string, string][], number]>([
    ['empty', [['a', '']], 4300],
    [
      'two',
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
      4301,
    ],
    ['none', [], 4304],
  ])('%s: refused', async (_, files, code) => {
    expect((await upload(files)).code).toBe(code);
  });
});

test('the record of requests tells whose they were, and holds no token', async () => {
  simulator.control.forget();
  const controller = new AbortController();
  const { signal } = controller;
  await (await ask(simulator, token, { text: 'sim:stall', signal })).body!.getReader().read();
  controller.abort();
  await expect.poll(() => simulator.control.requests()[0]?.aborted, { timeout: 10_000 }).toBe(true);
  const [record] = simulator.control.requests();
  expect(record).toMatchObject({
    method: 'POST',
    path: '/v3/chat',
    clientId: simulator.oauthConfig.client_id,
    sessionName: 'somebody',
    status: 200,
    headers: { authorization: 'Bearer [token]' },
  });
  expect(JSON.stringify(simulator.control.requests())).not.toContain(token);
});

test('stopping ends open streams', async () => {
  const short = await startCozeSimulator({ charactersPerSecond: 5 });
  const response = await ask(short, short.pat, { text: 'sim:long' });
  const reading = response.text();
  reading.catch(() => undefined);
  await short.stop();
  await expect(reading).rejects.toThrow();
  await expect(fetch(short.url)).rejects.toThrow();
});

test('a port in use is told to who starts it', async () => {
  const port = Number(new URL(simulator.url).port);
  await expect(startCozeSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
