/**
 * The listening socket: limits and refusals that come before any route, a record of every request,
 * and the headers that every answer carries.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERROR_STATUS } from '@zcbot/protocol/errors';
import { ConnectionCap } from './connection-cap.ts';
import { EdgeResponse } from './edge-response.ts';
import { framingFault, HEADER_LINES_MAX } from './framing.ts';
import { problemBody, problemHeaders, ProblemError } from './problem.ts';
import { LINGER_MS, refuse } from './refuse.ts';
import { openRecord, type RequestRecord } from './request-record.ts';
import { API_HEADERS } from './security-headers.ts';

/** The head of a request has to arrive within this time (in milliseconds). */
const HEADERS_TIMEOUT_MS = 10_000;
/** A request, body included, within this. Answers, and so event streams, may last. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two are looked at. */
const CHECK_INTERVAL_MS = 1_000;
/** Longer than what proxies keep idle connections for, so that they close first (70 s). */
const KEEP_ALIVE_TIMEOUT_MS = 70_000;
const HEAD_MAX_BYTES = 16 * 1024;

export interface Exchange {
  incoming: IncomingMessage;
  outgoing: EdgeResponse;
  record: RequestRecord;
}

export interface EdgeOptions {
  listener: (incoming: IncomingMessage, outgoing: EdgeResponse) => unknown;
  /** Called once per request, when its answer has gone out or its connection is gone. */
  onDone: (exchange: Exchange) => void;
  /** A connection that sent something that is no HTTP request, or not in time. */
  onMalformed: (status: number) => void;
  /** Addresses many clients share, which therefore have no limit of connections. */
  isShared: (address: string) => boolean;
}

export interface Edge {
  server: Server<typeof IncomingMessage, typeof EdgeResponse>;
  /** Resolves when no request is being answered. */
  settled(): Promise<void>;
}

export function createEdge(options: EdgeOptions): Edge {
  const server = createServer<typeof IncomingMessage, typeof EdgeResponse>({
    ServerResponse: EdgeResponse,
    maxHeaderSize: HEAD_MAX_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // framingFault looks at Host, and says more than Node does.
    requireHostHeader: false,
    insecureHTTPParser: false,
    noDelay: true,
  });
  // One more than allowed is enough to notice; the rest is not even stored.
  server.maxHeadersCount = HEADER_LINES_MAX + 1;

  let open = 0;
  const waiting: (() => void)[] = [];
  const answering = new WeakMap<Duplex, EdgeResponse>();
  const handle = (incoming: IncomingMessage, outgoing: EdgeResponse): void => {
    const record = openRecord(incoming, randomUUID());
    outgoing.stand('x-request-id', record.id);
    // Stopping: the client's next request must go to another connection.
    if (!server.listening) outgoing.stand('connection', 'close');
    open += 1;
    outgoing.on('close', () => {
      open -= 1;
      if (open === 0) for (const resolve of waiting.splice(0)) resolve();
      options.onDone({ incoming, outgoing, record });
    });
    answering.set(incoming.socket, outgoing);
    const fault = framingFault(incoming);
    if (fault) refuse(incoming, outgoing, fault);
    else options.listener(incoming, outgoing);
  };
  server.on('request', handle);
  // Both would be answered by Node before anything is checked.
  server.on('checkContinue', handle);
  server.on('checkExpectation', handle);

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const problem = parserFault(error);
    const begun = answering.get(socket);
    const answered = begun?.headersSent && !begun.writableFinished;
    if (!problem || !socket.writable || answered) return socket.destroy();
    const status = ERROR_STATUS[problem.code];
    // A request whose body went wrong is logged as what it was answered with.
    if (begun?.headersSent === false) begun.statusCode = status;
    options.onMalformed(status);
    socket.end(rawProblem(problem));
    // Let the client read that, and do not wait for its side to close.
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS);
  });

  const cap = new ConnectionCap(options.isShared);
  server.on('connection', (socket) => cap.admit(socket));
  return {
    server,
    settled: () => (open === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
  };
}

/** https://nodejs.org/api/http.html#event-clienterror. Undefined when the client is gone. */
function parserFault(error: NodeJS.ErrnoException): ProblemError | undefined {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined;
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError('headers_too_large', 'The head of the request is over 16 KiB.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError('body_too_large', 'The chunk extensions are too long.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError('request_timeout', 'The request did not arrive in time.');
    default:
      return new ProblemError('invalid_request', 'This is not a well-formed HTTP/1.1 request.');
  }
}

function rawProblem(error: ProblemError): string {
  const { status, title } = problemBody(error);
  const body = JSON.stringify(problemBody(error));
  const headers = new Headers({
    ...problemHeaders(error),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  for (const [name, value] of Object.entries(API_HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`;
}
