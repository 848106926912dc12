import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import type { JwtCredentials } from '../credentials/credentials.ts';
import { signAssertion } from './assertion.ts';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0, 900);
let pair: CryptoKeyPair;
let credentials: JwtCredentials;

beforeAll(async () => {
  pair = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    false,
    ['sign', 'verify'],
  );
  credentials = {
    kind: 'jwt',
    clientId: '1169999999999',
    publicKeyId: 'kid',
    privateKey: pair.privateKey,
    apiBase: 'https://api.coze.cn',
    region: 'cn',
  };
});

test('header and claims are Coze’s, and the signature is the key’s', async () => {
  const assertion = await signAssertion(credentials, { sessionName: 's' }, NOW);
  await jwtVerify(assertion, pair.publicKey, { currentDate: new Date(NOW) });
  expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid' });
  expect(decodeJwt(assertion)).toEqual({
    iss: '1169999999999',
    aud: 'api.coze.cn',
    iat: Math.floor(NOW / 1000) - 1,
    exp: Math.floor(NOW / 1000) + 599,
    jti: expect.stringMatching(/^[\w-]{43}$/) as string,
    session_name: 's',
  });
});

test('without a session there is no session_name', async () => {
  expect(decodeJwt(await signAssertion(credentials, {}, NOW))).not.toHaveProperty('session_name');
});

test('a device takes its place', async () => {
  const sessionContext = { device_info: { device_id: 'd' } };
  expect(decodeJwt(await signAssertion(credentials, { sessionContext }, NOW))).toMatchObject({
    session_context: sessionContext,
  });
});

test('aud has the port, as Coze’s SDKs derive it', async () => {
  const local = { ...credentials, apiBase: 'http://127.0.0.1:9100' };
  expect(decodeJwt(await signAssertion(local, {}, NOW)).aud).toBe('127.0.0.1:9100');
});

test('no two assertions share a jti', async () => {
  const signed = await Promise.all(
    Array.from({ length: 20 }, () => signAssertion(credentials, {}, NOW)),
  );
  expect(new Set(signed.map((assertion) => decodeJwt(assertion).jti)).size).toBe(20);
});
