import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCozeSimulator, type CozeSimulator } from '../simulator.ts';
import {
  assertionFor,
  call,
  exchange,
  tokenFor,
  type AssertionChange,
} from '../testing/raw-api.ts';

let simulator: CozeSimulator;
beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());

const now = () => Math.floor(Date.now() / 1000);
const foreign = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('an assertion is accepted', () => {
  test.each<[string, AssertionChange]>([
    ['as Coze’s SDKs make it', {}],
    ['with a session', { claims: { session_name: 'somebody' } }],
    ['with a device', { claims: { session_context: { device_info: { device_id: 'd' } } } }],
    ['with an hour to live', { claims: { exp: now() + 3600 } }],
    ['for localhost', { claims: { aud: undefined } }],
  ])('%s', async (title, change) => {
    const port = new URL(simulator.url).port;
    const claims = title === 'for localhost' ? { aud: `localhost:${port}` } : (change.claims ?? {});
    const { status, json } = await exchange(simulator, await assertionFor(simulator, { claims }));
    expect(json.error_message).toBeUndefined();
    expect(status).toBe(200);
    expect(json.access_token).toMatch(/^czs_[\w-]{43}$/);
    // An absolute epoch, not a duration.
    expect(Math.abs(json.expires_in - (now() + 900))).toBeLessThanOrEqual(2);
  });
});

describe('an assertion is refused', () => {
  test.each<[string, AssertionChange, RegExp]>([
    ['signed by another key', { privateKey: foreign.privateKey }, /signature/],
    ['of an unknown kid', { header: { kid: 'x'.repeat(43) } }, /kid/],
    ['without a kid', { header: { kid: undefined as never } }, /kid/],
    ['with RS512', { header: { alg: 'RS512' } }, /alg must be RS256/],
    ['with another typ', { header: { typ: 'at+jwt' } }, /typ/],
    ['of another issuer', { claims: { iss: '1' } }, /iss/],
    ['without an issuer', { claims: { iss: undefined } }, /iss/],
    ['for a URL in place of the host', { claims: { aud: 'https://api.coze.cn' } }, /aud/],
    ['for another host', { claims: { aud: 'api.coze.cn' } }, /aud/],
    ['for a list', { claims: { aud: ['api.coze.cn'] } }, /aud/],
    ['without an audience', { claims: { aud: undefined } }, /aud/],
    ['of the future', { claims: { iat: now() + 60, exp: now() + 600 } }, /iat/],
    ['without iat', { claims: { iat: undefined } }, /iat/],
    ['that has expired', { claims: { iat: now() - 700, exp: now() - 1 } }, /exp/],
    ['that ends before it begins', { claims: { iat: now(), exp: now() } }, /exp/],
    ['that lives for days', { claims: { exp: now() + 100_000 } }, /a day/],
    ['without exp', { claims: { exp: undefined } }, /exp/],
    ['without a jti', { claims: { jti: undefined } }, /jti/],
    ['with a short jti', { claims: { jti: 'abc' } }, /jti/],
    ['with an empty session', { claims: { session_name: '' } }, /session_name/],
    ['with a number as session', { claims: { session_name: 4 } }, /session_name/],
  ])('%s', async (_, change, reason) => {
    const { status, json, headers } = await exchange(
      simulator,
      await assertionFor(simulator, change),
    );
    expect(json).toMatchObject({ error_code: 'invalid_client' });
    expect(json.error_message).toMatch(reason);
    expect(status).toBe(401);
    expect(headers.get('x-tt-logid')).toMatch(/^\d{14}\w{18}$/);
  });

  test('used a second time', async () => {
    const assertion = await assertionFor(simulator);
    expect((await exchange(simulator, assertion)).status).toBe(200);
    const { json } = await exchange(simulator, assertion);
    expect(json).toMatchObject({ error_code: 'invalid_client' });
    expect(json.error_message).toMatch(/jti was used before/);
  });

  test('signed anew, but with a used jti', async () => {
    const claims = { jti: 'j'.repeat(40) };
    expect((await exchange(simulator, await assertionFor(simulator, { claims }))).status).toBe(200);
    const again = await assertionFor(simulator, { claims: { ...claims, session_name: 'x' } });
    expect((await exchange(simulator, again)).json.error_message).toMatch(/jti/);
  });

  test('changed after signing', async () => {
    const [head, , signature] = (await assertionFor(simulator)).split('.');
    const payload = (await assertionFor(simulator, { claims: { session_name: 'x' } })).split(
      '.',
    )[1];
    const { json } = await exchange(simulator, [head, payload, signature].join('.'));
    expect(json.error_message).toMatch(/signature/);
  });

  test.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('that is %j', async (assertion) => {
    expect((await exchange(simulator, assertion)).json.error_code).toBe('invalid_client');
  });

  test('that names both a session and a device', async () => {
    const claims = { session_name: 's', session_context: { device_info: {} } };
    const { json } = await exchange(simulator, await assertionFor(simulator, { claims }));
    expect(json.error_code).toBe('invalid_request');
  });
});

describe('the body of the token call', () => {
  test.each<[string, object, string | undefined]>([
    ['a null scope, as the Python SDK sends', { scope: null }, undefined],
    ['a client_id, as the Go SDK sends', { client_id: '1' }, undefined],
    ['the longest life', { duration_seconds: 86_399 }, undefined],
    ['a longer life', { duration_seconds: 86_400 }, 'invalid_request'],
    ['no life', { duration_seconds: 0 }, 'invalid_request'],
    ['text as life', { duration_seconds: '900' }, 'invalid_request'],
    ['another grant', { grant_type: 'refresh_token' }, 'unsupported_grant_type'],
    ['no grant', { grant_type: undefined }, 'invalid_request'],
  ])('%s', async (_, body, errorCode) => {
    const { json } = await exchange(simulator, await assertionFor(simulator), { body });
    expect(json.error_code).toBe(errorCode);
  });

  test.each([
    '/api/permission/oauth2/account/7000000000000000009/token',
    '/api/permission/oauth2/enterprise_id/7/token',
  ])('%s works as well', async (path) => {
    const { status } = await exchange(simulator, await assertionFor(simulator), { path });
    expect(status).toBe(200);
  });
});

describe('a token', () => {
  test('expires at its epoch', async () => {
    const token = await tokenFor(simulator, 'a', { duration_seconds: 1000 });
    expect((await call(simulator, token, 'GET', '/v1/users/me')).status).toBe(200);
    simulator.control.setClockOffset(1_001_000);
    try {
      expect((await call(simulator, token, 'GET', '/v1/users/me')).status).toBe(401);
    } finally {
      simulator.control.setClockOffset(0);
    }
  });

  test('can be ended at will; a PAT stays', async () => {
    const token = await tokenFor(simulator, 'a');
    simulator.control.expireTokens();
    const { status, json } = await call(simulator, token, 'GET', '/v1/users/me');
    expect(status).toBe(401);
    expect(json).toMatchObject({ code: 4100, msg: 'authentication is invalid' });
    expect((await call(simulator, simulator.pat, 'GET', '/v1/users/me')).status).toBe(200);
  });

  test('limited to other bots may not use this one', async () => {
    const bot_id_list = ['7000000000000000002'];
    const scope = {
      account_permission: { permission_list: ['Connector.botChat'] },
      attribute_constraint: { connector_bot_chat_attribute: { bot_id_list } },
    };
    const token = await tokenFor(simulator, 'a', { scope });
    const { json } = await call(simulator, token, 'GET', `/v1/bots/${simulator.botId}`);
    expect(json.code).toBe(4101);
  });

  test.each(['', 'czs_none', 'pat_none'])('%j is no token', async (token) => {
    expect((await call(simulator, token, 'GET', '/v1/users/me')).json.code).toBe(4100);
  });
});

test('a further app and its keys can be registered, and are not interchangeable', async () => {
  simulator.control.registerKey({
    clientId: '1999999999999',
    publicKeyId: 'second-kid',
    publicKey: foreign.publicKey,
  });
  const own = {
    privateKey: foreign.privateKey,
    header: { kid: 'second-kid' },
    claims: { iss: '1999999999999' },
  };
  expect((await exchange(simulator, await assertionFor(simulator, own))).status).toBe(200);
  const borrowed = { ...own, claims: { iss: simulator.oauthConfig.client_id } };
  expect((await exchange(simulator, await assertionFor(simulator, borrowed))).status).toBe(401);
});

test('its clock can run ahead, and tells so', async () => {
  simulator.control.setClockOffset(3_600_000);
  try {
    const { json, headers } = await exchange(simulator, await assertionFor(simulator));
    expect(json.error_message).toMatch(/exp/);
    expect(Date.parse(headers.get('date')!) - Date.now()).toBeGreaterThan(3_590_000);
  } finally {
    simulator.control.setClockOffset(0);
  }
});
