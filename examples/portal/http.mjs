/** The HTTP side of the portal: what it sends with every answer, and what it reads of a request. */

export const SESSION_COOKIE = 'portal_session';
const FORM_MAX_BYTES = 1024;

export function securityHeaders(zcbotOrigin) {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      `frame-src ${zcbotOrigin}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Not `no-referrer`: under it browsers send `Origin: null` with a form's POST.
    'referrer-policy': 'same-origin',
  };
}

export function isLoopbackHost(host) {
  return /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3})(:\d{1,5})?$/i.test(host);
}

export function cookiesOf(request) {
  const cookies = Object.create(null);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, ...value] = pair.trim().split('=');
    cookies[name] = value.join('=');
  }
  return cookies;
}

/** Behind https a real platform adds `Secure` and names the cookie `__Host-…` (RFC 6265bis §4.1.3). */
export function setSession(response, id, maxAgeSeconds) {
  response.setHeader(
    'set-cookie',
    `${SESSION_COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`,
  );
}

export async function formOf(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > FORM_MAX_BYTES) break;
  }
  return new URLSearchParams(body.slice(0, FORM_MAX_BYTES));
}

export function wantsJson(request) {
  return request.headers.accept?.startsWith('application/json') ?? false;
}

export function redirect(response, location) {
  response.writeHead(303, { location }).end();
}

export function html(response, page) {
  send(response, 200, 'text/html; charset=utf-8', page);
}

export function json(response, status, value) {
  send(response, status, 'application/json', JSON.stringify(value));
}

export function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': type }).end(body);
}
