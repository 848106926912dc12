/** The broker's addresses: each parses its request, asks for what it needs, and answers. */
import type { IncomingMessage } from 'node:http';
import { estimateEntropyBits, WEAK_NAME_BITS } from '@zcbot/coze/name-entropy';
import type { TokenSource } from '@zcbot/coze/token-source';
import type { Audit } from '../identity/audit.ts';
import type { Callers } from '../identity/caller.ts';
import type { Pairing } from '../identity/pairing.ts';
import { languageOf } from '../pages/language.ts';
import { callbackPage, chatPage, formPage, statusPage, type StatusFacts } from '../pages/pages.ts';
import { isForeignLoad, isFromPage } from '../proxy/cors.ts';
import { ProxyError } from '../proxy/proxy-error.ts';
import { patNotHandedOut } from './broker-error.ts';
import { PAGE_CSP, readJson } from './broker-server.ts';
import { replacingRefused } from './refused-token.ts';
import { tokenAnswer } from './token-answer.ts';

export interface Answer {
  status: number;
  /** Raw name, value, … */
  headers?: readonly string[];
  body: string | Buffer;
}

export interface BrokerRoutes {
  /** @throws ProxyError, CozeError */
  answer(request: IncomingMessage): Promise<Answer>;
}

export interface BrokerParts {
  tokens: TokenSource | undefined;
  callers: Callers;
  pairing: Pairing;
  audit: Audit;
  /**
   * The built userscript with its settings filled in, `host` being the checked Host header of who
   * asks; undefined when it has not been built.
   */
  userscript: (pairingCode: string, host: string) => string | undefined;
  /** The built chat page's script; undefined when it has not been built. */
  chatScript: () => Buffer | undefined;
  chatSettings: Record<string, unknown>;
  facts: () => StatusFacts;
  /** Off loopback the script goes only to a link that the operator printed. */
  installLinks: { required: boolean; take: (link: string) => boolean };
  onWeakName: () => void;
}

export function createBrokerRoutes(parts: BrokerParts): BrokerRoutes {
  const routes: Record<string, (request: IncomingMessage, url: URL) => Answer | Promise<Answer>> = {
    'GET /': (request) => {
      const facts = parts.facts();
      return wantsJson(request)
        ? json(200, facts)
        : html(200, statusPage(facts, languageOf(request.headers)));
    },
    'GET /login': (_request, url) => ({
      status: 302,
      headers: ['Location', `/callback${url.search}`],
      body: '',
    }),
    'GET /callback': callback,
    'GET /coze-chat.user.js': userscript,
    'POST /pair': pair,
    'GET /chat': (request) =>
      html(200, chatPage(parts.chatSettings, languageOf(request.headers)), chatCsp(parts)),
    'GET /chat.js': () => {
      const script = parts.chatScript();
      if (!script) throw notBuilt();
      return {
        status: 200,
        headers: ['Content-Type', 'text/javascript; charset=utf-8'],
        body: script,
      };
    },
    'GET /healthz': () => json(200, { status: 'ok' }),
  };

  const getToken = parts.tokens && replacingRefused(parts.tokens);

  async function callback(request: IncomingMessage, url: URL): Promise<Answer> {
    // An image or a link of any site would cost an exchange at Coze for a name of its own making.
    if (isForeignLoad(request.headers)) {
      throw new ProxyError(
        'origin_not_allowed',
        'This address is for programs and for this gateway’s own pages, not for pages of other sites.',
      );
    }
    const asJson = wantsJson(request);
    const header = request.headers['x-session-name'];
    const given =
      url.searchParams.get('session_name') ?? (typeof header === 'string' ? header : undefined);
    const language = languageOf(request.headers);
    const { tokens } = parts;
    if (!tokens || !getToken)
      throw new ProxyError(
        'not_found',
        'No Coze credentials are configured. Set COZE_OAUTH_CONFIG or COZE_PAT and start again.',
      );
    if (tokens.kind === 'pat') {
      const refusal = patNotHandedOut();
      return asJson
        ? json(refusal.status, refusal.body)
        : html(refusal.status, callbackPage({ kind: 'pat' }, language));
    }
    const caller = parts.callers.identify(request.headers);
    let session;
    try {
      session = parts.callers.session(caller, given);
    } catch (error) {
      const nameless = error instanceof ProxyError && error.code === 'session_name_required';
      if (asJson || !nameless) throw error;
      return html(200, formPage(language));
    }
    if (
      caller.kind === 'loopback' &&
      session.name &&
      estimateEntropyBits(session.name) < WEAK_NAME_BITS
    ) {
      parts.onWeakName();
    }
    const token = await getToken(
      session.sessionName === undefined ? {} : { sessionName: session.sessionName },
      request.headers,
    );
    if (!asJson) {
      return html(
        200,
        callbackPage({ kind: 'ready', name: session.name, expiresAt: token.expiresAt }, language),
      );
    }
    await parts.audit.tokenIssued(session, token.expiresAt, 'broker');
    return json(200, tokenAnswer(token, session.name));
  }

  /**
   * A foreign page could load this as a script or a frame and look at what it does with its code, so
   * only a navigation or a script manager gets it. https://www.w3.org/TR/fetch-metadata/
   */
  function userscript(request: IncomingMessage, url: URL): Answer {
    const { 'sec-fetch-dest': destination, 'sec-fetch-site': site } = request.headers;
    const navigation = destination === 'document';
    const direct =
      destination === undefined ||
      (destination === 'empty' && (site === 'none' || site === 'same-origin'));
    if (isFromPage(request.headers.origin) || (!navigation && !direct)) {
      throw new ProxyError(
        'origin_not_allowed',
        'Open this address in a tab to install the userscript; pages may not load it.',
      );
    }
    if (
      parts.installLinks.required &&
      !parts.installLinks.take(url.searchParams.get('link') ?? '')
    ) {
      throw new ProxyError(
        'pairing_required',
        'This gateway can be reached from other machines. Ask its operator for an install link.',
      );
    }
    const script = parts.userscript(parts.pairing.issueCode(), request.headers.host ?? '');
    if (script === undefined) throw notBuilt();
    return {
      status: 200,
      headers: ['Content-Type', 'text/javascript; charset=utf-8'],
      body: script,
    };
  }

  async function pair(request: IncomingMessage): Promise<Answer> {
    // A page's POST always carries Origin; a script manager's carries its extension's, or none.
    if (isFromPage(request.headers.origin)) {
      throw new ProxyError('origin_not_allowed', 'Pairing is for the userscript, not for pages.');
    }
    const body = (await readJson(request)) as { code?: unknown } | null;
    const install = typeof body?.code === 'string' ? parts.pairing.redeem(body.code) : undefined;
    if (!install) {
      throw new ProxyError(
        'pairing_required',
        'The pairing code was used already or has expired. Install the userscript from the gateway again.',
      );
    }
    return json(200, { install_id: install.installId, key: install.key });
  }

  return {
    async answer(request) {
      const url = new URL(request.url ?? '/', 'http://gateway');
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const route = routes[`${method} ${url.pathname}`];
      if (!route)
        throw new ProxyError(
          'not_found',
          'There is nothing at this address. The start page is at /.',
        );
      return route(request, url);
    },
  };
}

/** As the predecessor decided it, and as its clients ask. */
function wantsJson({ headers }: IncomingMessage): boolean {
  return (
    headers['x-requested-with'] === 'XMLHttpRequest' ||
    /\bapplication\/json\b/.test(headers.accept ?? '')
  );
}

function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: ['Content-Type', 'application/json; charset=utf-8'],
    body: JSON.stringify(body),
  };
}

function html(status: number, body: string, csp = PAGE_CSP): Answer {
  return {
    status,
    headers: ['Content-Type', 'text/html; charset=utf-8', 'Content-Security-Policy', csp],
    body,
  };
}

function chatCsp({ chatSettings }: BrokerParts): string {
  return `${PAGE_CSP}; connect-src 'self' ${String(chatSettings.proxyUrl ?? '')}`.trim();
}

function notBuilt(): ProxyError {
  return new ProxyError(
    'not_found',
    'The userscript has not been built. Run npm run build, or npm start, which does it.',
  );
}
