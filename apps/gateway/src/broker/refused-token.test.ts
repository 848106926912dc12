/** A token that Coze refuses early is replaced for whoever names it by its hash, and only then. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseOAuthConfig } from '@zcbot/coze/oauth-config';
import { createTokenSource, type TokenSource } from '@zcbot/coze/token-source';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { replacingRefused, type GetToken } from './refused-token.ts';

const PAUSE_MS = 10_000;

let simulator: CozeSimulator;
let tokens: TokenSource;
let getToken: GetToken;
let now = 0;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());

beforeEach(async () => {
  const config = await parseOAuthConfig(JSON.stringify(simulator.oauthConfig));
  if (!config.ok) throw new Error('refused');
  tokens = createTokenSource({ credentials: config.credentials });
  now = 0;
  getToken = replacingRefused(tokens, () => now);
  simulator.control.forget();
});
afterEach(() => tokens.close());

const hash = (token: string) => createHash('sha256').update(token).digest('hex');
const ask = async (refused?: string, sessionName = 'somebody') =>
  (await getToken({ sessionName }, refused ? { 'x-zcbot-refused-token': refused } : {})).token;
const exchanges = () => simulator.control.requests().length;
async function worksAtCoze(token: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${simulator.url}/v1/users/me`, { headers })).ok;
}

test('the one that was revoked is replaced by one that works', async () => {
  const old = await ask();
  simulator.control.expireTokens();
  expect(await ask()).toBe(old);
  expect(await worksAtCoze(old)).toBe(false);
  const fresh = await ask(hash(old));
  expect(await worksAtCoze(fresh)).toBe(true);
  expect(await ask()).toBe(fresh);
});

test('a hundred programs that name the same one get the same new one', async () => {
  const old = await ask();
  const fresh = await Promise.all(Array.from({ length: 100 }, () => ask(hash(old))));
  expect(new Set(fresh).size).toBe(1);
  expect(fresh[0]).not.toBe(old);
  expect(exchanges()).toBe(2);
});

test('who names it late gets the new one that is there', async () => {
  const old = await ask();
  const fresh = await ask(hash(old));
  now += PAUSE_MS;
  expect(await ask(hash(old))).toBe(fresh);
  expect(exchanges()).toBe(2);
});

test('a token that Coze refuses again and again costs one exchange in ten seconds', async () => {
  let token = await ask();
  for (let i = 0; i < 20; i += 1) token = await ask(hash(token));
  expect(exchanges()).toBe(2);
  now += PAUSE_MS;
  expect(await ask(hash(token))).not.toBe(token);
});

test('nobody replaces the token of another session, nor one they do not know', async () => {
  const [mine, theirs] = [await ask(undefined, 'me'), await ask(undefined, 'them')];
  for (const named of [hash(mine), theirs, '', 'x', hash('guess')]) {
    expect(await ask(named, 'them')).toBe(theirs);
  }
  expect(exchanges()).toBe(2);
});
