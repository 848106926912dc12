/** For tests: one stream of server-sent events, read in the background until somebody ends it. */
import type { Call } from './server.ts';

export interface OpenStream {
  status: number;
  /** What has arrived so far. */
  text(): string;
  /** Resolves when the server has ended it, with `performance.now()`. */
  ended: Promise<number>;
  /** Whether it is still open. */
  open(): boolean;
  close(): void;
}

export async function openStream(
  call: (path: string, call: Call) => Promise<Response>,
  path: string,
  token: string,
): Promise<OpenStream> {
  const abort = new AbortController();
  const response = await call(path, { token, signal: abort.signal });
  let text = '';
  let open = true;
  const ended = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk);
    } catch (error) {
      if (!abort.signal.aborted) text += `\n[broken off: ${String(error)}]`;
    }
    open = false;
    return performance.now();
  })();
  return {
    status: response.status,
    text: () => text,
    ended,
    open: () => open,
    close: () => abort.abort(),
  };
}
