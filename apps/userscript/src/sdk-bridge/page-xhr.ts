/**
 * XMLHttpRequest for bridged calls: the object the page made stays the same object, its answer comes
 * from the bridge. https://xhr.spec.whatwg.org/
 */
import type { PageCalls } from './page-calls.ts';

interface Bridged {
  method: string;
  url: string;
  path: string;
  headers: [string, string][];
  abort: AbortController;
}

/** @returns a function that puts the page's own methods back */
export function patchXhr(calls: PageCalls): () => void {
  const bridged = new WeakMap<XMLHttpRequest, Bridged>();
  const methods = XMLHttpRequest.prototype;
  const { open, setRequestHeader, send, abort } = methods;

  function patchedOpen(
    this: XMLHttpRequest,
    method: string,
    url: string | URL,
    async = true,
    user?: string | null,
    password?: string | null,
  ): void {
    const path = async ? calls.pathOf(String(url)) : null;
    if (path === null) {
      bridged.delete(this);
      open.call(this, method, url, async, user, password);
      return;
    }
    const absolute = new URL(url, document.baseURI).href;
    bridged.set(this, { method, url: absolute, path, headers: [], abort: new AbortController() });
    state(this, 1, {});
  }

  function patchedHeader(this: XMLHttpRequest, name: string, value: string): void {
    const call = bridged.get(this);
    if (call) call.headers.push([name, value]);
    else setRequestHeader.call(this, name, value);
  }

  function patchedSend(
    this: XMLHttpRequest,
    body?: Document | XMLHttpRequestBodyInit | null,
  ): void {
    const call = bridged.get(this);
    if (call) void carry(this, call, calls, body instanceof Document ? null : (body ?? null));
    else send.call(this, body);
  }

  function patchedAbort(this: XMLHttpRequest): void {
    const call = bridged.get(this);
    if (call) call.abort.abort();
    else abort.call(this);
  }

  Object.assign(methods, {
    open: patchedOpen,
    setRequestHeader: patchedHeader,
    send: patchedSend,
    abort: patchedAbort,
  });
  return () => {
    if (methods.open === patchedOpen) {
      Object.assign(methods, { open, setRequestHeader, send, abort });
    }
  };
}

async function carry(
  xhr: XMLHttpRequest,
  call: Bridged,
  calls: PageCalls,
  body: XMLHttpRequestBodyInit | null,
): Promise<void> {
  const { method, url, path, abort } = call;
  const timer = xhr.timeout > 0 ? setTimeout(() => abort.abort('timeout'), xhr.timeout) : undefined;
  try {
    const withBody = /^(get|head)$/i.test(method) ? {} : { body };
    const headers = new Headers(call.headers);
    const request = new Request(url, { method, headers, signal: abort.signal, ...withBody });
    const response = await calls.call(request, path);
    const found = {
      status: response.status,
      responseURL: url,
      getResponseHeader: (name: string) => response.headers.get(name),
      getAllResponseHeaders: () =>
        [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join(''),
    };
    state(xhr, 2, found);
    const bytes = await response.arrayBuffer();
    state(xhr, 3, found);
    state(xhr, 4, { ...found, ...contents(xhr, bytes, response.headers) });
    end(xhr, 'load', bytes.byteLength);
  } catch {
    const aborted = abort.signal.aborted && abort.signal.reason !== 'timeout';
    state(xhr, 4, { status: 0, response: '', responseText: '' });
    end(xhr, aborted ? 'abort' : abort.signal.aborted ? 'timeout' : 'error', 0);
  } finally {
    clearTimeout(timer);
  }
}

function contents(xhr: XMLHttpRequest, bytes: ArrayBuffer, headers: Headers): object {
  const text = (): string => new TextDecoder().decode(bytes);
  switch (xhr.responseType) {
    case 'arraybuffer':
      return { response: bytes };
    case 'blob':
      return { response: new Blob([bytes], { type: headers.get('content-type') ?? '' }) };
    case 'json':
      return { response: json(text()) };
    default:
      return { response: text(), responseText: text() };
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function state(xhr: XMLHttpRequest, readyState: number, values: object): void {
  for (const [name, value] of Object.entries({ readyState, ...values })) {
    Object.defineProperty(xhr, name, { value, configurable: true });
  }
  xhr.dispatchEvent(new Event('readystatechange'));
}

function end(xhr: XMLHttpRequest, type: string, loaded: number): void {
  xhr.dispatchEvent(new ProgressEvent(type, { loaded, total: loaded }));
  xhr.dispatchEvent(new ProgressEvent('loadend', { loaded, total: loaded }));
}
