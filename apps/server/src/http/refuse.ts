/** Refusals that do not wait for the rest of the request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_STATUS } from '@zcbot/protocol/errors';
import { hasBody } from './framing.ts';
import { problemBody, problemHeaders, type ProblemError } from './problem.ts';

/** What is still arriving is read and thrown away for this long (in milliseconds). */
export const LINGER_MS = 500;

/**
 * Answers and closes the connection. It closes a moment later when the client is still sending:
 * a reset would take the answer away before the client has read it (RFC 9112 §9.6).
 */
export function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  error: ProblemError,
): void {
  const body = JSON.stringify(problemBody(error));
  outgoing.writeHead(ERROR_STATUS[error.code], {
    ...problemHeaders(error),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  if (incoming.method !== 'HEAD') outgoing.write(body);
  else outgoing.flushHeaders();
  const end = (): void => {
    clearTimeout(timer);
    outgoing.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  if (!hasBody(incoming) || incoming.readableEnded) return end();
  incoming.once('end', end).once('close', end).resume();
}
