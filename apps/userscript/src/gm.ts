/**
 * The only file that touches GM_*. What is here works alike in Tampermonkey, Violentmonkey and
 * ScriptCat; where they differ, the difference ends here.
 */

export interface GmHead {
  status: number;
  /** Raw header lines. */
  headers: string;
}

export interface GmRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  data?: Blob | string;
  /** Hand over parts as they come; otherwise the whole answer at once. */
  streaming: boolean;
  onHead(head: GmHead): void;
  /** Bytes, or text where the manager only gives text. */
  onChunk(chunk: Uint8Array<ArrayBuffer> | string): void;
  onEnd(): void;
  onError(reason: 'network' | 'timeout' | 'abort'): void;
}

interface RawResponse {
  readyState?: number;
  status?: number;
  responseHeaders?: string;
  response?: unknown;
  responseText?: string;
}

interface RawDetails {
  method: string;
  url: string;
  headers: Record<string, string>;
  data?: Blob | string;
  anonymous: boolean;
  responseType?: 'stream' | 'arraybuffer';
  onloadstart(response: RawResponse): void;
  onreadystatechange(response: RawResponse): void;
  onprogress(response: RawResponse): void;
  onload(response: RawResponse): void;
  onerror(response: RawResponse): void;
  ontimeout(): void;
  onabort(): void;
}

type ChangeListener = (name: string, before: unknown, after: unknown, remote: boolean) => void;

declare const GM_xmlhttpRequest: (details: RawDetails) => { abort?: () => void } | undefined;
declare const GM_getValue: (name: string) => unknown;
declare const GM_setValue: (name: string, value: unknown) => void;
declare const GM_deleteValue: (name: string) => void;
declare const GM_addValueChangeListener: (name: string, listener: ChangeListener) => unknown;
declare const GM_removeValueChangeListener: (id: unknown) => void;
declare const GM_registerMenuCommand: (caption: string, run: () => void) => unknown;
declare const GM_unregisterMenuCommand: (id: unknown) => void;
declare const GM_addElement:
  ((parent: Node, tag: string, attributes: Record<string, string>) => Element) | undefined;
declare const GM_openInTab: ((url: string, options: { active: boolean }) => unknown) | undefined;
declare const GM_info: { scriptHandler?: string; script?: { version?: string } } | undefined;

/** Violentmonkey has no `stream` (its issue 1328); others say so by their name. */
function hasStream(): boolean {
  const handler = typeof GM_info === 'undefined' ? '' : (GM_info?.scriptHandler ?? '');
  return /tampermonkey|scriptcat/i.test(handler);
}

/** @returns a function that aborts */
export function gmRequest(request: GmRequest): () => void {
  let headSeen = false;
  let ended = false;
  let textSeen = 0;
  let streamRead: Promise<void> | null = null;

  const head = (response: RawResponse): void => {
    if (headSeen || !response.status) return;
    headSeen = true;
    request.onHead({ status: response.status, headers: response.responseHeaders ?? '' });
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    request.onEnd();
  };
  const fail = (reason: 'network' | 'timeout' | 'abort'): void => {
    if (ended) return;
    ended = true;
    request.onError(reason);
  };
  /** A ReadableStream that the manager offers; the first one found is read to its end. */
  const takeStream = (response: RawResponse): boolean => {
    const stream = response.response as ReadableStream<Uint8Array<ArrayBuffer>> | null | undefined;
    if (streamRead || typeof stream?.getReader !== 'function') return streamRead !== null;
    streamRead = readStream(stream, request.onChunk);
    streamRead.then(end, () => fail('network'));
    return true;
  };
  /** What came since the last time, where `responseText` grows. */
  const takeText = (response: RawResponse): void => {
    if (!request.streaming || streamRead) return;
    const text = readText(response);
    if (text.length <= textSeen) return;
    request.onChunk(text.slice(textSeen));
    textSeen = text.length;
  };

  const responseType = request.streaming
    ? hasStream()
      ? { responseType: 'stream' as const }
      : {}
    : { responseType: 'arraybuffer' as const };
  const handle = GM_xmlhttpRequest({
    method: request.method,
    url: request.url,
    headers: request.headers,
    ...(request.data === undefined ? {} : { data: request.data }),
    // No cookies: the gateway knows its callers by header only.
    anonymous: true,
    ...responseType,
    onloadstart: (response) => {
      head(response);
      takeStream(response);
    },
    onreadystatechange: (response) => {
      if ((response.readyState ?? 0) < 2) return;
      head(response);
      if (!takeStream(response) && response.readyState === 3) takeText(response);
    },
    onprogress: (response) => {
      head(response);
      if (!takeStream(response)) takeText(response);
    },
    onload: (response) => {
      head(response);
      if (takeStream(response)) return;
      if (request.streaming) takeText(response);
      else takeWhole(response, request.onChunk);
      end();
    },
    onerror: () => fail('network'),
    ontimeout: () => fail('timeout'),
    onabort: () => fail('abort'),
  });
  return () => {
    handle?.abort?.();
    fail('abort');
  };
}

async function readStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onChunk: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk(value);
  }
}

/** Some managers throw on `responseText` when another type was asked for. */
function readText(response: RawResponse): string {
  try {
    if (typeof response.responseText === 'string') return response.responseText;
  } catch {
    // The type asked for decides; below is what it may have become.
  }
  return typeof response.response === 'string' ? response.response : '';
}

function takeWhole(response: RawResponse, onChunk: GmRequest['onChunk']): void {
  if (response.response instanceof ArrayBuffer) onChunk(new Uint8Array(response.response));
  else onChunk(readText(response));
}

export function readValue(name: string): unknown {
  return GM_getValue(name);
}

export function writeValue(name: string, value: unknown): void {
  GM_setValue(name, value);
}

export function deleteValue(name: string): void {
  GM_deleteValue(name);
}

/** Calls back when another tab changed the value. */
export function onValueChange(name: string, listener: () => void, signal: AbortSignal): void {
  const id = GM_addValueChangeListener(name, (_name, _before, _after, remote) => {
    if (remote) listener();
  });
  signal.addEventListener('abort', () => GM_removeValueChangeListener(id), { once: true });
}

export function registerMenu(caption: string, run: () => void, signal: AbortSignal): void {
  const id = GM_registerMenuCommand(caption, run);
  signal.addEventListener('abort', () => GM_unregisterMenuCommand(id), { once: true });
}

/**
 * Runs code in the page's own world. The manager's way gets past more content security policies
 * than an element of ours does; whether it ran can only be told by what it does.
 */
export function runInPage(code: string): void {
  const parent = document.head ?? document.documentElement;
  if (typeof GM_addElement === 'function') {
    GM_addElement(parent, 'script', { textContent: code })?.remove();
    return;
  }
  const script = document.createElement('script');
  script.textContent = code;
  parent.append(script);
  script.remove();
}

export function openTab(url: string): void {
  if (typeof GM_openInTab === 'function') GM_openInTab(url, { active: true });
  else window.open(url, '_blank', 'noopener');
}

export function scriptVersion(): string | undefined {
  return typeof GM_info === 'undefined' ? undefined : GM_info?.script?.version;
}
