/** From a request to its handler, and from what the handler says to Coze's envelope. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { PlannedFailure } from '../simulator-types.ts';
import { newLogid } from '../state/ids.ts';
import type { SimulatorState } from '../state/simulator-state.ts';
import type { Call, Owner, Route } from './call.ts';
import { answerPreflight, writeCors } from './cors.ts';
import { parseJsonBody, readBody } from './read-body.ts';
import { recordRequest } from './request-record.ts';
import { SimulatedAuthError, SimulatedError } from './simulated-error.ts';

const NOBODY: Owner = { clientId: null, sessionName: null, botIds: null };
const HTML = '<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>';

export function createRequestListener(state: SimulatorState, routes: Route[]): RequestListener {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const logid = newLogid(state.now());
    const recordOwner = recordRequest(state, request, response);
    // The simulated clock, not this machine's: clients learn the time from here.
    response.sendDate = false;
    response.setHeader('date', new Date(state.now()).toUTCString());
    response.setHeader('x-tt-logid', logid);
    response.setHeader('server', 'coze-simulator');
    writeCors(request, response);
    if (answerPreflight(request, response)) return;
    const url = new URL(request.url ?? '/', 'http://simulator');
    try {
      const planned = state.failures.take(url.pathname);
      if (planned && (await happens(planned, url, response, logid))) return;
      const found = find(request.method ?? '', url.pathname);
      const owner =
        found.route.auth === 'token' ? state.tokens.verify(request.headers.authorization) : NOBODY;
      recordOwner(owner);
      const rawBody = await readBody(request);
      const isJson = !/^multipart\//i.test(request.headers['content-type'] ?? '');
      const call: Call = {
        state,
        request,
        response,
        url,
        parameters: found.parameters,
        body: isJson ? parseJsonBody(rawBody) : {},
        rawBody,
        owner,
        logid,
      };
      const result = await found.route.handle(call);
      recordOwner(call.owner);
      if (result === undefined) return;
      // The token endpoint answers bare fields, everything else an envelope.
      sendJson(response, 200, found.route.auth === 'none' ? result : envelope(result, logid));
    } catch (error) {
      sendFailure(response, error, logid);
    }
  }

  function find(
    method: string,
    path: string,
  ): { route: Route; parameters: Record<string, string> } {
    let sameMethod = false;
    for (const { route, pattern } of compiled) {
      const match = pattern.exec(path);
      if (!match) continue;
      if (route.method === method) return { route, parameters: { ...match.groups } };
      sameMethod = true;
    }
    if (sameMethod) throw new SimulatedError(4000, `${method} is not supported here`, 405);
    throw new SimulatedError(4200, 'The simulator does not have this path', 404);
  }

  return (request, response) => void answer(request, response);
}

function compile(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function envelope(fields: object, logid: string): object {
  return { code: 0, msg: '', ...fields, detail: { logid } };
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

export function sendFailure(response: ServerResponse, error: unknown, logid: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
  } else if (error instanceof SimulatedAuthError) {
    const { errorCode, message, status } = error;
    sendJson(response, status, { error_code: errorCode, error_message: message });
  } else {
    const { code, message, status } =
      error instanceof SimulatedError ? error : new SimulatedError(5000, undefined, 500);
    sendJson(response, status, { code, msg: message, detail: { logid } });
  }
}

/** True when the planned failure has answered; false when it only delayed. */
async function happens(
  planned: PlannedFailure,
  url: URL,
  response: ServerResponse,
  logid: string,
): Promise<boolean> {
  const { delayMs, reset, html, status, code, message, retryAfterSeconds } = planned;
  if (delayMs !== undefined) await sleep(delayMs);
  if (reset) {
    response.destroy();
    return true;
  }
  if (retryAfterSeconds !== undefined) {
    response.setHeader('retry-after', String(retryAfterSeconds));
  }
  if (html) {
    response.writeHead(status ?? 502, { 'content-type': 'text/html' }).end(HTML);
    return true;
  }
  if (status === undefined && code === undefined) return false;
  if (url.pathname.startsWith('/api/permission/oauth2/') && typeof code !== 'number') {
    const errorCode = code ?? 'internal_error';
    sendFailure(response, new SimulatedAuthError(errorCode, message ?? '', status ?? 400), logid);
  } else {
    const number = typeof code === 'number' ? code : 5000;
    sendFailure(response, new SimulatedError(number, message, status), logid);
  }
  return true;
}
