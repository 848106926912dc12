import type { IncomingMessage } from 'node:http';
import { SimulatedError } from './simulated-error.ts';

export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** @throws SimulatedError 4302 above 64 MiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new SimulatedError(4302, undefined, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An empty object for no body. @throws SimulatedError 4000 for anything but a JSON object */
export function parseJsonBody(raw: Buffer): Record<string, unknown> {
  if (raw.byteLength === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(raw.toString('utf8'));
  } catch {
    throw new SimulatedError(4000, 'The body is not valid JSON', 400);
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new SimulatedError(4000, 'The body must be a JSON object', 400);
  }
  return Object.fromEntries(Object.entries(value));
}
