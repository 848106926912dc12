import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorState } from '../state/simulator-state.ts';

/** In whose name a request is made, read from its bearer token. */
export interface Owner {
  /** Null for a personal access token. */
  clientId: string | null;
  sessionName: string | null;
  /** Bots this token is limited to; null for no limit. */
  botIds: string[] | null;
}

/** One request on its way through a handler. */
export interface Call {
  state: SimulatorState;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** `{name}` parts of the route's path. */
  parameters: Record<string, string>;
  /** Parsed JSON; an empty object for an empty body. */
  body: Record<string, unknown>;
  /** Bytes as they came, for multipart. */
  rawBody: Buffer;
  owner: Owner;
  logid: string;
}

/**
 * The answer's top level beside code, msg and detail; usually `{data}`. Undefined: the handler has
 * taken the response over.
 */
export type Handler = (call: Call) => object | undefined | Promise<object | undefined>;

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments in braces are parameters: `/v1/bots/{bot_id}`. */
  path: string;
  /** `token`: a valid bearer. `none`: the handler judges by itself. */
  auth: 'token' | 'none';
  handle: Handler;
}

/** A required id from the query. */
export function queryOf(call: Call, name: string): string {
  return call.url.searchParams.get(name) ?? '';
}

export function textOf(call: Call, name: string): string {
  const value = call.body[name];
  return typeof value === 'string' ? value : '';
}
