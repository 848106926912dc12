import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { findEmployee } from './employees.mjs';
import { frameAddress } from './frame.mjs';
import {
  SESSION_COOKIE,
  cookiesOf,
  formOf,
  html,
  isLoopbackHost,
  json,
  redirect,
  securityHeaders,
  send,
  setSession,
  wantsJson,
} from './http.mjs';
import { preferencesOf, renderLogin, renderPortal } from './pages.mjs';
import { TEXTS, fill } from './public/texts.js';
import { ZcbotError } from './zcbot.mjs';

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const ASSETS = new Map(
  [
    ['portal.css', STYLE],
    ['workbench.css', STYLE],
    ['portal.svg', 'image/svg+xml'],
    ['zcbot-embed.js', SCRIPT],
    ['wire-tap.js', SCRIPT],
    ['preferences.js', SCRIPT],
    ['portal.js', SCRIPT],
    ['workbench.js', SCRIPT],
    ['faults.js', SCRIPT],
    ['message-list.js', SCRIPT],
    ['texts.js', SCRIPT],
  ].map(([name, type]) => [
    `/${name}`,
    { type, body: readFileSync(new URL(`public/${name}`, import.meta.url)) },
  ]),
);

/**
 * The platform's own web server. Needs to be told where zcbot is; starts nothing by itself.
 *
 * @param {{ zcbotOrigin: string, zcbot: ReturnType<import('./zcbot.mjs').createZcbot>,
 *           sessions: ReturnType<import('./sessions.mjs').createSessions>,
 *           log?: (line: string) => void }} dependencies
 */
export function createPortal({ zcbotOrigin, zcbot, sessions, log = console.error }) {
  const routes = {
    'GET /': home,
    'GET /login': loginPage,
    'POST /login': signIn,
    'POST /logout': signOut,
    'POST /api/zcbot-token': issueToken,
    'POST /api/zcbot-revoke': revokeTokens,
    'GET /api/zcbot-status': reportStatus,
  };

  return createServer(async (request, response) => {
    try {
      await route(request, response);
    } catch (error) {
      answerFault(response, error);
    }
  });

  async function route(request, response) {
    for (const [name, value] of Object.entries(securityHeaders(zcbotOrigin))) {
      response.setHeader(name, value);
    }
    const host = request.headers.host ?? '';
    // Anybody may sign in here, so a foreign page must not reach it by DNS rebinding either.
    if (!isLoopbackHost(host)) return json(response, 421, { error: 'loopback_only' });
    const url = URL.parse(request.url, `http://${host}`);
    if (url?.host !== host.toLowerCase()) return json(response, 400, { error: 'invalid_request' });
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const asset = method === 'GET' && ASSETS.get(url.pathname);
    if (asset) return send(response, 200, asset.type, asset.body);

    const handler = routes[`${method} ${url.pathname}`];
    if (!handler) return json(response, 404, { error: 'not_found' });
    // The cookie's SameSite=Lax stops other sites, not other ports of this host; Origin stops
    // both. Browsers send it with every POST (https://fetch.spec.whatwg.org/#origin-header);
    // without it, it is curl or another program, which nobody can trick into a request.
    const sender = request.headers.origin ?? url.origin;
    if (request.method === 'POST' && sender !== url.origin) {
      return json(response, 403, { error: 'cross_origin' });
    }
    const cookies = cookiesOf(request);
    const employee = sessions.employeeOf(cookies[SESSION_COOKIE]);
    await handler({ request, response, url, cookies, employee });
  }

  function home({ request, response, url, cookies, employee }) {
    if (!employee) return redirect(response, '/login');
    const preferences = preferencesOf(request, cookies);
    const page = { preferences, employee, zcbotOrigin, parentOrigin: url.origin };
    html(response, renderPortal({ ...page, query: url.searchParams }));
  }

  function loginPage({ request, response, url, cookies, employee }) {
    if (employee) return redirect(response, '/');
    const preferences = preferencesOf(request, cookies);
    const texts = TEXTS[preferences.language];
    const outcome = url.searchParams.get('signed_out');
    const failure = texts[`error_${outcome}`];
    const notice = failure
      ? `${texts.signed_out_unrevoked} ${fill(failure, { origin: zcbotOrigin })}`
      : outcome && texts.signed_out;
    html(response, renderLogin({ preferences, notice }));
  }

  /** The live switch of the workbench asks for JSON; the login page is a plain form. */
  async function signIn({ request, response, cookies }) {
    const form = await formOf(request);
    const employee = findEmployee(form.get('user'));
    if (!employee) return json(response, 400, { error: 'unknown_user' });
    sessions.end(cookies[SESSION_COOKIE]);
    setSession(response, sessions.begin(employee), sessions.lifetimeSeconds);
    if (wantsJson(request)) json(response, 200, { user: employee.id });
    else redirect(response, '/');
  }

  /** The portal's session ends first and in any case; then zcbot hears of it. */
  async function signOut({ response, cookies, employee }) {
    if (!employee) return redirect(response, '/login');
    sessions.end(cookies[SESSION_COOKIE]);
    setSession(response, '', 0);
    let outcome = 'revoked';
    try {
      await zcbot.revoke(employee.zcbotUserId);
    } catch (error) {
      if (!(error instanceof ZcbotError)) throw error;
      log(`portal: signed out, but not at zcbot: ${error.message}`);
      outcome = error.code;
    }
    redirect(response, `/login?signed_out=${outcome}`);
  }

  /** The one route an embedding needs: whoever is signed in here gets a token for zcbot. */
  async function issueToken({ request, response, cookies, employee }) {
    if (!employee) return json(response, 401, { error: 'not_signed_in' });
    const userName = employee.name[preferencesOf(request, cookies).language];
    const { token, user_id } = await zcbot.login(employee.zcbotUserId, userName);
    json(response, 200, { token, user_id, user_name: userName });
  }

  /** “Sign out everywhere” of a real platform; the workbench causes a genuine 401 with it. */
  async function revokeTokens({ response, employee }) {
    if (!employee) return json(response, 401, { error: 'not_signed_in' });
    await zcbot.revoke(employee.zcbotUserId);
    response.writeHead(204).end();
  }

  /** Why the frame may stay silent; asked by the page when it does. */
  async function reportStatus({ response, url, employee }) {
    if (!employee) return json(response, 401, { error: 'not_signed_in' });
    const address = frameAddress({ zcbotOrigin, parentOrigin: url.origin });
    json(response, 200, { frame_status: await zcbot.statusOf(address) });
  }

  /** The only place where a fault becomes an answer: zcbot's 502, our own 500. */
  function answerFault(response, error) {
    const { code, message } =
      error instanceof ZcbotError ? error : { code: 'internal', message: error.stack };
    log(`portal: ${message}`);
    if (response.headersSent) response.destroy();
    else if (code === 'internal') json(response, 500, { error: code });
    else json(response, 502, { error: code, message });
  }
}
