/**
 * What the workbench sends instead of a good token. Each takes the message about to be sent and
 * the last one that was sent (or null), and gives the message to send, or null for none.
 */
const STRANGER = 'c0000000-0000-4000-8000-000000000003';

export const faults = {
  good: (message) => message,
  nothing: () => null,
  again: (message, lastSent) => lastSent ?? message,
  /** Not even the form of a JWT: the console must drop it. */
  garbage: (message) => ({ ...message, token: 'this-is-not-a-token' }),
  /** The form and the subject are right, the server must refuse it. */
  expired: (message) => ({ ...message, token: forged(message) }),
  /** A genuine token beside somebody else's id: the console must drop it. */
  foreign: (message) => ({ ...message, user_id: STRANGER }),
};

function forged({ token, user_id: userId }) {
  const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
  const claims = { ...claimsOf(token), sub: userId, iat: anHourAgo - 60, exp: anHourAgo };
  const signature = crypto.getRandomValues(new Uint8Array(32));
  return [
    base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' })),
    base64url(JSON.stringify({ ...claims, jti: crypto.randomUUID() })),
    base64url(String.fromCharCode(...signature)),
  ].join('.');
}

function claimsOf(token) {
  const [, payload] = token.split('.');
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
}

function base64url(binary) {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
