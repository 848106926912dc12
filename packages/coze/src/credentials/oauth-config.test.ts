import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOAuthConfig, readOAuthConfig } from './oauth-config.ts';

function pem(bits: number, type: 'pkcs1' | 'pkcs8'): string {
  return generateKeyPairSync('rsa', { modulusLength: bits })
    .privateKey.export({ type, format: 'pem' })
    .toString();
}

const pkcs8 = pem(2048, 'pkcs8');
const file = {
  client_type: 'jwt',
  client_id: '1169999999999',
  coze_www_base: 'https://www.coze.cn',
  coze_api_base: 'https://api.coze.cn',
  private_key: pkcs8,
  public_key_id: 'a'.repeat(43),
};

function parse(change: Record<string, unknown>, apiBase?: string) {
  const text = JSON.stringify({ ...file, ...change });
  return parseOAuthConfig(text, apiBase === undefined ? {} : { apiBase });
}

async function faultsOf(change: Record<string, unknown>, apiBase?: string): Promise<string[]> {
  const result = await parse(change, apiBase);
  return result.ok ? [] : result.faults.map(({ code }) => code);
}

test('the file as Coze offers it is taken without a warning', async () => {
  const result = await parse({});
  expect(result).toMatchObject({
    ok: true,
    warnings: [],
    credentials: {
      kind: 'jwt',
      clientId: '1169999999999',
      publicKeyId: 'a'.repeat(43),
      apiBase: 'https://api.coze.cn',
      region: 'cn',
    },
  });
});

test('what was read can sign, and shows its key to nobody', async () => {
  const result = await parse({});
  if (!result.ok) throw new Error('refused');
  const { privateKey } = result.credentials;
  expect(privateKey.usages).toEqual(['sign']);
  await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  const secret = pkcs8.split('\n')[3]!;
  expect(inspect(result, { depth: 9 }) + JSON.stringify(result)).not.toContain(secret);
});

describe('a private key is accepted', () => {
  const pkcs1 = pem(2048, 'pkcs1');
  test.each([
    ['as PKCS8', pkcs8],
    ['as PKCS1', pkcs1],
    ['with literal \\n', pkcs8.replaceAll('\n', '\\n')],
    ['with doubly escaped \\n', pkcs8.replaceAll('\n', '\\\\n')],
    ['with CRLF', pkcs8.replaceAll('\n', '\r\n')],
    ['with literal \\r\\n', pkcs8.replaceAll('\n', '\\r\\n')],
    ['on one line', pkcs8.replaceAll('\n', ' ')],
    ['indented and quoted', `"${pkcs8.replaceAll('\n', '\n   ')}"`],
    ['PKCS1 with literal \\n', pkcs1.replaceAll('\n', '\\n')],
  ])('%s', async (_, private_key) => {
    expect(await faultsOf({ private_key })).toEqual([]);
  });
});

describe('a fault is named', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = rsa.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString();
  const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  test.each<[string, Record<string, unknown>, string[]]>([
    ['no client_id', { client_id: undefined }, ['client_id_missing']],
    ['an empty client_id', { client_id: '  ' }, ['client_id_missing']],
    ['a placeholder', { client_id: 'your-client-id' }, ['client_id_missing']],
    ['no public_key_id', { public_key_id: '' }, ['public_key_id_missing']],
    ['no private_key', { private_key: undefined }, ['private_key_missing']],
    ['a path', { private_key: 'private_key.pem' }, ['private_key_is_a_path']],
    ['no PEM', { private_key: 'MIIEvQ' }, ['private_key_not_pem']],
    ['half a PEM', { private_key: pkcs8.slice(0, 400) }, ['private_key_damaged']],
    ['a damaged PEM', { private_key: pkcs8.replace(/.{30}\n/, '\n') }, ['private_key_damaged']],
    ['the public key', { private_key: publicKey }, ['private_key_is_public']],
    ['an encrypted key', { private_key: encrypted }, ['private_key_encrypted']],
    [
      'an EC key',
      { private_key: ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      ['private_key_not_rsa'],
    ],
    ['a short key', { private_key: pem(1024, 'pkcs8') }, ['private_key_short']],
    ['no bases', { coze_api_base: '', coze_www_base: '' }, ['coze_api_base_missing']],
    ['two regions', { coze_www_base: 'https://www.coze.com' }, ['region_mixed']],
    ['the website as API', { coze_api_base: 'https://www.coze.cn' }, ['api_base_invalid']],
    ['http', { coze_api_base: 'http://api.coze.cn' }, ['api_base_invalid']],
    ['a path in the base', { coze_api_base: 'https://api.coze.cn/v1' }, ['api_base_invalid']],
    ['no URL', { coze_api_base: 'api.coze.cn' }, ['api_base_invalid']],
    ['user-info', { coze_api_base: 'https://a:b@api.coze.cn' }, ['api_base_invalid']],
    ['a web app', { client_type: 'web', client_secret: 'x' }, ['client_type_web']],
    ['a web app’s id', { client_id: '1169.app.coze' }, ['client_type_web']],
    ['pkce', { client_type: 'pkce' }, ['client_type_pkce']],
    ['pkce by its other name', { client_type: 'single_page' }, ['client_type_pkce']],
    ['a device', { client_type: 'device' }, ['client_type_device']],
    ['an unknown type', { client_type: 'magic' }, ['client_type_unknown']],
    [
      'several at once',
      { client_id: '', public_key_id: '', private_key: '', coze_api_base: '', coze_www_base: '' },
      [
        'coze_api_base_missing',
        'client_id_missing',
        'public_key_id_missing',
        'private_key_missing',
      ],
    ],
  ])('%s', async (_, change, codes) => {
    expect(await faultsOf(change)).toEqual(codes);
  });

  test('COZE_API_BASE of the other region', async () => {
    expect(await faultsOf({}, 'https://api.coze.com')).toEqual(['region_mixed']);
  });

  test('each in both languages, and without a word of the key', async () => {
    const body = pkcs8.split('\n')[2]!;
    for (const change of [{ private_key: pkcs8.slice(0, 400) }, { private_key: body }]) {
      const result = await parse(change);
      if (result.ok) throw new Error('accepted');
      for (const { message } of result.faults) {
        expect(message.zh).toMatch(/\p{Script=Han}/u);
        expect(message.en.length).toBeGreaterThan(20);
        expect(message.en + message.zh).not.toContain(body.slice(0, 20));
      }
    }
  });
});

describe('what may be left out or written otherwise', () => {
  test.each<[string, Record<string, unknown>, string | undefined, string]>([
    ['the API base, told by the website', { coze_api_base: '' }, undefined, 'https://api.coze.cn'],
    [
      'a trailing slash',
      { coze_api_base: 'https://api.coze.cn/' },
      undefined,
      'https://api.coze.cn',
    ],
    ['a simulator on this machine', {}, 'http://127.0.0.1:9100', 'http://127.0.0.1:9100'],
    ['a numeric client_id', { client_id: 1169999999999 }, undefined, 'https://api.coze.cn'],
    ['client_type by its other name', { client_type: 'server' }, undefined, 'https://api.coze.cn'],
    ['no client_type', { client_type: undefined }, undefined, 'https://api.coze.cn'],
    [
      'app_id for client_id',
      { client_id: undefined, app_id: '11' },
      undefined,
      'https://api.coze.cn',
    ],
  ])('%s', async (_, change, override, apiBase) => {
    expect(await parse(change, override)).toMatchObject({ ok: true, credentials: { apiBase } });
  });

  test('accounts choose the token path', async () => {
    expect(await parse({ account_id: '42' })).toMatchObject({
      credentials: { account: { kind: 'account', id: '42' } },
    });
    expect(await parse({ enterprise_id: '43' })).toMatchObject({
      credentials: { account: { kind: 'enterprise', id: '43' } },
    });
  });
});

describe('text that is no configuration', () => {
  const broken = `{"client_type":"jwt",\n"private_key":"${pkcs8}"}`;
  test.each([
    ['broken JSON', '{"client_type": "jwt",\n "client_id": }', 'not_json'],
    ['a key with real line breaks', broken, 'private_key_line_breaks'],
    ['a list', '[]', 'not_an_object'],
    ['nothing', '', 'not_json'],
  ])('%s', async (_, text, code) => {
    const result = await parseOAuthConfig(text);
    if (result.ok) throw new Error('accepted');
    expect(result.faults.map((fault) => fault.code)).toEqual([code]);
    expect(JSON.stringify(result)).not.toContain(pkcs8.split('\n')[1]!.slice(0, 10));
  });

  test('a byte order mark is skipped', async () => {
    expect(await parseOAuthConfig(`\uFEFF${JSON.stringify(file)}`)).toMatchObject({ ok: true });
  });
});

describe('from a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'zcbot-coze-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function written(mode: number): Promise<string> {
    const place = path.join(folder, `config-${mode.toString(8)}.json`);
    await writeFile(place, JSON.stringify(file));
    await chmod(place, mode);
    return place;
  }

  test.skipIf(process.platform === 'win32')('others who can read it are warned of', async () => {
    const open = await readOAuthConfig(await written(0o644));
    expect(open.ok && open.warnings.map(({ code }) => code)).toEqual(['file_readable_by_others']);
    expect(await readOAuthConfig(await written(0o600))).toMatchObject({ ok: true, warnings: [] });
  });

  test('a missing one is named', async () => {
    const result = await readOAuthConfig(path.join(folder, 'none.json'));
    expect(!result.ok && result.faults[0]?.message.en).toMatch(/none\.json does not exist; put/);
    expect(await readOAuthConfig(folder)).toMatchObject({ ok: false });
  });
});
