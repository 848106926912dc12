/**
 * The response every answer goes out on. It adds the headers that all of them carry, at the moment
 * the head is written and not before: headers set earlier would be kept for as long as the answer
 * lasts, and an event stream lasts for hours.
 */
import {
  ServerResponse,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
} from 'node:http';
import { API_HEADERS } from './security-headers.ts';

type Headers = Record<string, OutgoingHttpHeader | undefined>;

export class EdgeResponse extends ServerResponse<IncomingMessage> {
  /** Whether it is a stream of server-sent events; known once the head is written. */
  isStream = false;
  #standing: Headers | undefined = API_HEADERS;

  /** A header for this answer, whoever writes it. The writer's own of the same name wins. */
  stand(name: Lowercase<string>, value: string): void {
    this.#standing = { ...this.#standing, [name]: value };
  }

  override writeHead(status: number, ...rest: unknown[]): this {
    const given = rest.at(-1) as OutgoingHttpHeaders | undefined;
    const headers: Headers = { ...this.#standing };
    this.#standing = undefined;
    for (const name in given) headers[name.toLowerCase()] = given[name];
    this.isStream = String(headers['content-type']).startsWith('text/event-stream');
    return super.writeHead(status, headers as OutgoingHttpHeaders);
  }
}
