/** In the page: one bridged call is a Response whose body arrives over the port. */
import type { FromPage, ToPage } from './messages.ts';

type Answer = Extract<ToPage, { id: number }>;

export interface PageCalls {
  /** The path to carry over, or null when the address is none of Coze's API. */
  pathOf(address: string): string | null;
  call(request: Request, path: string): Promise<Response>;
  receive(answer: Answer): void;
  /** Fails what is open. */
  close(): void;
}

interface Open {
  resolve(response: Response): void;
  reject(reason: unknown): void;
  body: ReadableStreamDefaultController<Uint8Array>;
  stream: ReadableStream<Uint8Array>;
}

const NO_BODY = new Set([204, 205, 304]);

export function createPageCalls(
  apiOrigins: readonly string[],
  post: (message: FromPage, transfer?: Transferable[]) => void,
): PageCalls {
  const open = new Map<number, Open>();
  let nextId = 1;

  function fail(id: number, reason: unknown): void {
    const call = open.get(id);
    open.delete(id);
    call?.reject(reason);
    try {
      call?.body.error(reason);
    } catch {
      // Closed already.
    }
  }

  return {
    pathOf(address) {
      if (!URL.canParse(address, document.baseURI)) return null;
      const url = new URL(address, document.baseURI);
      return apiOrigins.includes(url.origin) ? url.pathname + url.search : null;
    },
    async call(request, path) {
      const body = request.body === null ? null : await request.arrayBuffer();
      request.signal.throwIfAborted();
      const id = nextId++;
      return new Promise<Response>((resolve, reject) => {
        let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
        const abort = (): void => {
          post({ type: 'abort', id });
          fail(id, request.signal.reason ?? new DOMException('aborted', 'AbortError'));
        };
        const stream = new ReadableStream<Uint8Array>({
          start: (given) => void (controller = given),
          cancel: () => {
            open.delete(id);
            post({ type: 'abort', id });
          },
        });
        open.set(id, { resolve, reject, body: controller!, stream });
        request.signal.addEventListener('abort', abort, { once: true });
        const { method } = request;
        post({ type: 'call', id, method, path, headers: [...request.headers], body });
      });
    },
    receive(answer) {
      const call = open.get(answer.id);
      if (!call) return;
      if (answer.type === 'head') {
        const { status, headers } = answer;
        call.resolve(new Response(NO_BODY.has(status) ? null : call.stream, { status, headers }));
      } else if (answer.type === 'chunk') call.body.enqueue(new Uint8Array(answer.bytes));
      else if (answer.type === 'end') {
        open.delete(answer.id);
        call.body.close();
      } else fail(answer.id, new TypeError('Failed to fetch'));
    },
    close() {
      for (const id of [...open.keys()]) fail(id, new TypeError('Failed to fetch'));
    },
  };
}
