/**
 * What Node's HTTP parser lets through although two parties could read it differently, which is
 * what request smuggling lives on (CWE-444).
 *
 *   no Host header, two, or one that is no host → 400
 *   absolute or authority form of the target    → 400
 *   body on GET or HEAD                         → 400
 *   Transfer-Encoding in HTTP/1.0               → 400
 *   an unknown expectation                      → 417
 *   target over 8 KiB                           → 414
 *   more than 100 header lines                  → 431 (Node would drop the rest without a word)
 */
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem.ts';

export const HEADER_LINES_MAX = 100;
const TARGET_MAX_BYTES = 8 * 1024;

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2: a name or address, and a port. */
const HOST = /^([\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

export function framingFault(incoming: IncomingMessage): ProblemError | undefined {
  const { rawHeaders, headers, httpVersion, method, url = '' } = incoming;
  if (rawHeaders.length > 2 * HEADER_LINES_MAX) {
    return new ProblemError(
      'headers_too_large',
      `There are more than ${HEADER_LINES_MAX} header lines.`,
    );
  }
  if (url.length > TARGET_MAX_BYTES) {
    return new ProblemError('uri_too_long', 'The address is longer than 8 KiB.');
  }
  if (!url.startsWith('/')) {
    return new ProblemError('invalid_request', 'The request target must start with "/".');
  }
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  const needed = httpVersion === '1.0' ? 0 : 1;
  if (hosts > 1 || hosts < needed || (hosts === 1 && !HOST.test(headers.host ?? ''))) {
    return new ProblemError(
      'invalid_request',
      'There must be exactly one well-formed Host header.',
    );
  }
  if (httpVersion === '1.0' && headers['transfer-encoding'] !== undefined) {
    return new ProblemError('invalid_request', 'HTTP/1.0 knows no Transfer-Encoding.');
  }
  if ((method === 'GET' || method === 'HEAD') && hasBody(incoming)) {
    return new ProblemError('invalid_request', `A ${method} request must not have a body.`);
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    return new ProblemError('expectation_failed', 'The only expectation met is 100-continue.');
  }
  return undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && Number(headers['content-length']) > 0;
}
