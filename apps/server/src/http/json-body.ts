/**
 * Reads the body of an API call before any route sees it.
 *
 *   not application/json, or compressed     → 415
 *   more than 1 MiB, announced or not       → 413, and the connection closes
 *   not UTF-8, or empty where one is needed → 400 malformed_json
 *   anything but {} where none is declared  → 400
 *
 * Whether it is JSON, and the right JSON, is otherwise for the route's schema to say.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { invalidRequest, type Environment } from './context.ts';
import { hasBody } from './framing.ts';
import { ProblemError } from './problem.ts';
import { refuse } from './refuse.ts';
import type { BodyOf } from './body-of-routes.ts';

export const BODY_MAX_BYTES = 1024 * 1024;

/** https://www.rfc-editor.org/rfc/rfc8259#section-8.1: JSON between systems is UTF-8. */
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const EMPTY = 'The body is empty. Send JSON.';

export function readJsonBody(bodyOf: BodyOf): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const body = bodyOf(context);
    const { incoming, outgoing } = context.env;
    if (!hasBody(incoming)) {
      if (body === 'needed') throw new ProblemError('malformed_json', EMPTY);
      return next();
    }
    const announced = Number(incoming.headers['content-length'] ?? 0);
    // https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1: sent by asking, not before the check.
    if (incoming.headers.expect !== undefined && announced <= BODY_MAX_BYTES) {
      outgoing.writeContinue();
    }
    const bytes =
      announced > BODY_MAX_BYTES ? 'too_large' : await readAtMost(incoming, BODY_MAX_BYTES);
    if (bytes === 'too_large') {
      refuse(incoming, outgoing, new ProblemError('body_too_large', 'The body is over 1 MiB.'));
      return RESPONSE_ALREADY_SENT;
    }
    if (bytes.length === 0 && body === 'needed') throw new ProblemError('malformed_json', EMPTY);
    const { 'content-type': type, 'content-encoding': encoding } = incoming.headers;
    if (bytes.length > 0 && (!JSON_TYPE.test(type ?? '') || encoding !== undefined)) {
      throw new ProblemError(
        'unsupported_media_type',
        'Send the body as "Content-Type: application/json", in UTF-8 and uncompressed.',
      );
    }
    if (!isUtf8(bytes)) throw new ProblemError('malformed_json', 'The body is not valid UTF-8.');
    if (bytes.length > 0 && body === 'none') refuseContent(bytes);
    // Where @hono/node-server looks for a body that was read before it.
    Object.assign(incoming, { rawBody: bytes });
    return next();
  };
}

const NOTHING = z.strictObject({});

/** A route without a body takes none of its keys: what is sent in vain is a mistake worth telling. */
function refuseContent(bytes: Buffer): void {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString());
  } catch {
    throw new ProblemError('malformed_json', 'The body is not valid JSON.');
  }
  const { error } = NOTHING.safeParse(content);
  if (error) throw invalidRequest(error, 'json');
}

/** @throws ProblemError `malformed_json` when the client goes away in the middle. */
async function readAtMost(incoming: IncomingMessage, limit: number): Promise<Buffer | 'too_large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (settled: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('close', onBroken).off('error', onBroken);
      settled();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) settle(() => resolve('too_large'));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onBroken = (): void =>
      settle(() => reject(new ProblemError('malformed_json', 'The body broke off.')));
    incoming.on('data', onData).on('end', onEnd).on('close', onBroken).on('error', onBroken);
  });
}
