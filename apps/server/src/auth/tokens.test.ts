import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import { createTokens } from './tokens.ts';

const SECRET = randomBytes(32).toString('base64');
const PREVIOUS = randomBytes(32).toString('base64');
const USER = '00000000-0000-0000-0000-000000000001';
const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

function tokensAt(now: number, secrets = { secret: SECRET, previousSecret: PREVIOUS }) {
  return createTokens({ ...secrets, ttlSeconds: 3600, now: () => now });
}
const tokens = tokensAt(NOW);

const claims = {
  iss: 'zcbot',
  aud: 'zcbot-console',
  sub: USER,
  jti: 'e7b7c8a2-0000-4000-8000-000000000000',
  iat: NOW / 1000,
  exp: NOW / 1000 + 3600,
  gen: 0,
};
const header = { alg: 'HS256', typ: 'JWT' };

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, as an attacker would, or as we would with our own secret. */
function forge(
  head: unknown,
  body: unknown,
  key: string | Buffer = SECRET,
  digest: 'sha256' | 'sha384' | 'sha512' = 'sha256',
): string {
  const signed = `${encode(head)}.${encode(body)}`;
  return `${signed}.${createHmac(digest, key).update(signed).digest('base64url')}`;
}

async function codeOf(verification: Promise<unknown>): Promise<string> {
  try {
    await verification;
    return 'accepted';
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe('a token', () => {
  it('is accepted as signed, with what it says', async () => {
    const { token, expiresAt } = await tokens.sign({ id: USER, generation: 3 });
    expect(expiresAt).toBe(NOW / 1000 + 3600);
    expect(await tokens.verify(token)).toEqual({
      userId: USER,
      tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      generation: 3,
      expiresAt,
    });
  });

  it('is accepted as the vectors here make it, so that their refusals mean something', async () => {
    expect(await codeOf(tokens.verify(forge(header, claims)))).toBe('accepted');
  });

  it('is different each time', async () => {
    const [one, other] = await Promise.all([
      tokens.sign({ id: USER, generation: 0 }),
      tokens.sign({ id: USER, generation: 0 }),
    ]);
    expect(one.token).not.toBe(other.token);
  });

  it('signed with the previous secret is accepted, and new ones are signed with the current', async () => {
    const before = tokensAt(NOW, { secret: PREVIOUS, previousSecret: SECRET });
    const { token } = await before.sign({ id: USER, generation: 0 });
    expect(await codeOf(tokens.verify(token))).toBe('accepted');

    const rotatedOut = createTokens({ secret: SECRET, ttlSeconds: 3600, now: () => NOW });
    expect(await codeOf(rotatedOut.verify(token))).toBe('unauthenticated');
    const { token: current } = await tokens.sign({ id: USER, generation: 0 });
    expect(await codeOf(rotatedOut.verify(current))).toBe('accepted');
  });

  it('with the previous secret has to be right in everything else as well', async () => {
    expect(await codeOf(tokens.verify(forge(header, { ...claims, iss: 'x' }, PREVIOUS)))).toBe(
      'unauthenticated',
    );
    expect(
      await codeOf(tokens.verify(forge(header, { ...claims, exp: NOW / 1000 - 1 }, PREVIOUS))),
    ).toBe('token_expired');
  });

  it.each([
    ['a second before its end', 3_599_000, 'accepted'],
    ['at its end', 3_600_000, 'token_expired'],
    ['a day later', DAY_MS, 'token_expired'],
    ['by a clock that went back a day', -DAY_MS, 'accepted'],
    ['by a clock five minutes behind', -300_000, 'accepted'],
  ])('is judged by time: %s', async (_when, laterMs, expected) => {
    const { token } = await tokens.sign({ id: USER, generation: 0 });
    expect(await codeOf(tokensAt(NOW + laterMs).verify(token))).toBe(expected);
  });

  it.each([
    ['another issuer', { iss: 'zcbot.example.com' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'zcbot-gateway' }],
    ['no audience', { aud: undefined }],
    ['no subject', { sub: undefined }],
    ['a subject that is no UUID', { sub: 'root' }],
    ['an object as the subject', { sub: { id: USER } }],
    ['no id', { jti: undefined }],
    ['an endless id', { jti: 'x'.repeat(65) }],
    ['no end', { exp: undefined }],
    ['a text as its end', { exp: '9999999999' }],
    ['no time of issue', { iat: undefined }],
    ['no generation', { gen: undefined }],
    ['a text as its generation', { gen: '0' }],
    ['a start in the future', { nbf: NOW / 1000 + 60 }],
  ])('with %s is refused although its signature is right', async (_what, changed) => {
    expect(await codeOf(tokens.verify(forge(header, { ...claims, ...changed })))).toBe(
      'unauthenticated',
    );
  });
});

describe('a forged token', () => {
  const noSignature = (head: unknown): string => `${encode(head)}.${encode(claims)}.`;

  it.each(['none', 'None', 'NONE', 'nOnE', 'noNe', ' none', 'none ', '', null, 0, ['HS256']])(
    'with alg %j is refused, unsigned and signed',
    async (alg) => {
      expect(await codeOf(tokens.verify(noSignature({ ...header, alg })))).toBe('unauthenticated');
      expect(await codeOf(tokens.verify(forge({ ...header, alg }, claims)))).toBe(
        'unauthenticated',
      );
    },
  );

  it.each(['HS384', 'HS512', 'hs256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'dir', 'A256GCMKW'])(
    'that names %s is refused although our secret signed it',
    async (alg) => {
      const digest = alg === 'HS384' ? 'sha384' : alg === 'HS512' ? 'sha512' : 'sha256';
      expect(await codeOf(tokens.verify(forge({ ...header, alg }, claims, SECRET, digest)))).toBe(
        'unauthenticated',
      );
    },
  );

  it('without alg, or without typ, or with another typ is refused', async () => {
    for (const head of [{ typ: 'JWT' }, { alg: 'HS256' }, { ...header, typ: 'at+jwt' }]) {
      expect(await codeOf(tokens.verify(forge(head, claims)))).toBe('unauthenticated');
    }
  });

  it('signed by an RSA key, or by the bytes of a public key, is refused', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .sign(privateKey);
    expect(await codeOf(tokens.verify(rs256))).toBe('unauthenticated');

    const spkiPem = publicKey.export({ type: 'spki', format: 'pem' });
    const keys = [
      spkiPem,
      String(spkiPem).trim(),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ type: 'pkcs1', format: 'der' }),
      JSON.stringify(createPublicKey(privateKey).export({ format: 'jwk' })),
    ];
    for (const key of keys) {
      expect(await codeOf(tokens.verify(forge(header, claims, key)))).toBe('unauthenticated');
      expect(await codeOf(tokens.verify(forge({ ...header, alg: 'RS256' }, claims, key)))).toBe(
        'unauthenticated',
      );
    }
  });

  it('with another secret, an empty one, or a shortened one is refused', async () => {
    for (const key of [randomBytes(32), '', SECRET.slice(0, -1), `${SECRET}0`, 'null']) {
      expect(await codeOf(tokens.verify(forge(header, claims, key)))).toBe('unauthenticated');
    }
  });

  it('with a critical extension is refused although our secret signed it', async () => {
    for (const crit of [['b64'], ['exp'], ['unknown'], [], 'b64', [1]]) {
      const head = { ...header, crit, b64: false, unknown: 1 };
      expect(await codeOf(tokens.verify(forge(head, claims)))).toBe('unauthenticated');
    }
  });

  it('that brings its own key is refused, and nobody is asked for it', async () => {
    let asked = 0;
    const listener = createServer((_request, response) => {
      asked += 1;
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/keys`;
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = await exportJWK(own.publicKey);
    const symmetric = { kty: 'oct', k: Buffer.from('attacker').toString('base64url') };
    for (const extra of [
      { jku: url },
      { x5u: url },
      { jku: url, kid: 'a' },
      { jwk },
      { x5c: [] },
    ]) {
      const signed = forge({ ...header, ...extra }, claims, 'attacker');
      expect(await codeOf(tokens.verify(signed))).toBe('unauthenticated');
      const es256 = await new SignJWT(claims)
        .setProtectedHeader({ ...extra, alg: 'ES256', typ: 'JWT' })
        .sign(own.privateKey);
      expect(await codeOf(tokens.verify(es256))).toBe('unauthenticated');
    }
    expect(
      await codeOf(tokens.verify(forge({ ...header, jwk: symmetric }, claims, 'attacker'))),
    ).toBe('unauthenticated');
    listener.close();
    expect(asked).toBe(0);
  });

  it('is refused whatever its kid names', async () => {
    const kids = ['../../../dev/null', '/dev/null', "' or 1=1 --", '__proto__', 'constructor'];
    const kid = fc.oneof(fc.constantFrom(...kids, 'x'.repeat(10_000)), fc.string(), fc.anything());
    await fc.assert(
      fc.asyncProperty(kid, async (name) => {
        const head = JSON.stringify({ ...header, kid: name }) ?? '{}';
        // /dev/null as a key file would mean: signed with nothing.
        expect(await codeOf(tokens.verify(forge(head, claims, '')))).toBe('unauthenticated');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when any one character of a good one is changed', async () => {
    const { token } = await tokens.sign({ id: USER, generation: 0 });
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let i = 0; i < token.length; i += 1) {
      if (token[i] === '.') continue;
      // The last character of a segment has bits that base64url does not use; +32 flips a used one.
      const other = alphabet[(alphabet.indexOf(token[i]!) + 32) % 64];
      const changed = token.slice(0, i) + other + token.slice(i + 1);
      expect([i, await codeOf(tokens.verify(changed))]).toEqual([i, 'unauthenticated']);
    }
  });

  it('is refused in every broken shape, never with another error', async () => {
    const { token } = await tokens.sign({ id: USER, generation: 0 });
    const [head, body, signature] = token.split('.') as [string, string, string];
    const broken = [
      '',
      '.',
      '..',
      '...',
      'null',
      head,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}..${signature}`,
      `.${body}.${signature}`,
      `${token}.`,
      `${token}.${signature}`,
      `${head}.${head}.${body}.${signature}.${signature}`,
      `${head}=.${body}.${signature}`,
      forge('{"alg":"HS256","typ":"JWT"', claims),
      forge('[]', claims),
      forge('null', claims),
      forge(header, '[]'),
      forge(header, 'null'),
      forge(header, '"text"'),
      forge(header, '{"sub":'),
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
    ];
    for (const text of broken) {
      expect([text, await codeOf(tokens.verify(text))]).toEqual([text, 'unauthenticated']);
    }
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await codeOf(tokens.verify(text))).toBe('unauthenticated');
      }),
      { numRuns: 2_000 },
    );
  });
});
