/** For tests: tokens that are well-formed, with a signature that means nothing. */
export const ADA = '00000000-0000-0000-0000-00000000000a';
export const BOB = '00000000-0000-0000-0000-00000000000b';

let issued = 0;

export function makeToken(subject: string, expiresAt = 4_000_000_000): string {
  const claims = { sub: subject, exp: expiresAt, jti: String((issued += 1)) };
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

function encode(value: unknown): string {
  return btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
