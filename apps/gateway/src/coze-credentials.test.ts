/** Which credentials the gateway takes, and what it says about those it does not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError, parseSettings } from '@zcbot/config';
import { gatewaySettings } from './config/settings.ts';
import { findCredentials } from './coze-credentials.ts';

const COZE_PAT = 'pat_abcdefghijklmnopqrstuvwxyz012345';
const HAN = /\p{Script=Han}/u;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'zcbot-credentials-'))));
afterEach(() => rm(folder, { recursive: true }));

const find = (environment: Record<string, string>) =>
  findCredentials(
    parseSettings(gatewaySettings, { COZE_API_BASE: 'https://api.coze.cn', ...environment }),
    folder,
  );

async function refusal(environment: Record<string, string>): Promise<ConfigurationError> {
  try {
    await find(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('accepted');
}

test('none at all is no fault', async () => {
  expect(await find({})).toBeUndefined();
});

test('a personal access token is used on loopback without a word', async () => {
  const found = await find({ COZE_PAT });
  expect(found).toMatchObject({ credentials: { kind: 'pat' }, warnings: [] });
});

test.each(['0.0.0.0', '192.168.1.4', 'gateway.example'])(
  'on %s it is refused with the reason and the way out',
  async (COZE_GATEWAY_HOST) => {
    const { message, texts } = await refusal({ COZE_PAT, COZE_GATEWAY_HOST });
    for (const word of [COZE_GATEWAY_HOST, 'share one chat history', 'COZE_PAT_FORCE=yes'])
      expect(message).toContain(word);
    expect(texts[0]!.zh).toMatch(HAN);
    expect(message).not.toContain(COZE_PAT);
  },
);

test('forced, it is used with a warning', async () => {
  const forced = { COZE_PAT, COZE_GATEWAY_HOST: '0.0.0.0', COZE_PAT_FORCE: 'yes' };
  const found = await find(forced);
  expect(found?.credentials.kind).toBe('pat');
  expect(found?.warnings.map(({ code }) => code)).toEqual(['pat_forced_off_loopback']);
});

test('COZE_PAT_FORCE is yes or no', () => {
  expect(() => parseSettings(gatewaySettings, { COZE_PAT_FORCE: 'true' })).toThrow('yes or no');
});

test.each([
  ['no JSON', 'x', {}],
  ['a web app’s file', '{"client_type":"web","client_id":"1","client_secret":"s"}', {}],
  ['nothing in it', '{}', {}],
  ['no file', undefined, { COZE_OAUTH_CONFIG: 'missing.json' }],
  ['a token that is none', undefined, { COZE_PAT: 'secret-of-mine' }],
])('%s: every fault is said in English and in Chinese', async (_what, file, environment) => {
  if (file !== undefined) await writeFile(join(folder, 'coze_oauth_config.json'), file);
  const { faults, texts } = await refusal(environment);
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.map(({ en }) => en)).toEqual(faults);
  for (const { en, zh } of texts) {
    expect(zh).toMatch(HAN);
    expect(en).not.toMatch(HAN);
    expect(en + zh).not.toContain('secret-of-mine');
  }
});
