import { afterEach, describe, expect, test, vi } from 'vitest';
import { gmRequest, type GmRequest } from './gm.ts';

type Emit = (event: string, response?: Record<string, unknown>) => void;

interface Details {
  responseType?: string;
  anonymous: boolean;
  [event: string]: unknown;
}

/** One request as a manager of that name carries it out; the test says what happens. */
function managed(handler: string | undefined, change: Partial<GmRequest> = {}) {
  const seen: { details?: Details; aborts: number } = { aborts: 0 };
  vi.stubGlobal('GM_info', handler === undefined ? undefined : { scriptHandler: handler });
  vi.stubGlobal('GM_xmlhttpRequest', (details: Details) => {
    seen.details = details;
    return { abort: () => (seen.aborts += 1) };
  });
  const log: string[] = [];
  const decoder = new TextDecoder();
  const abort = gmRequest({
    method: 'POST',
    url: 'http://127.0.0.1:8080/coze/v3/chat',
    headers: {},
    streaming: true,
    onHead: ({ status }) => void log.push(`head ${status}`),
    onChunk: (chunk) => void log.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk)),
    onEnd: () => void log.push('end'),
    onError: (reason) => void log.push(`error ${reason}`),
    ...change,
  });
  const emit: Emit = (event, response = {}) =>
    (seen.details![event] as (given: Record<string, unknown>) => void)(response);
  return { log, emit, abort, seen };
}

const HEAD = { status: 200, responseHeaders: 'content-type: text/event-stream' };

afterEach(() => void vi.unstubAllGlobals());

describe('Tampermonkey and ScriptCat', () => {
  test.each(['Tampermonkey', 'ScriptCat'])(
    '%s gives a stream, read to its end once',
    async (name) => {
      const { log, emit, seen } = managed(name);
      expect(seen.details).toMatchObject({ responseType: 'stream', anonymous: true });
      const response = new Blob(['one two']).stream();
      emit('onloadstart', { ...HEAD, response });
      emit('onreadystatechange', { ...HEAD, readyState: 3, response });
      emit('onload', { ...HEAD, readyState: 4, response });
      await vi.waitFor(() => expect(log).toContain('end'));
      expect(log).toEqual(['head 200', 'one two', 'end']);
    },
  );

  test('a stream that breaks is an error, never an end', async () => {
    const { log, emit } = managed('Tampermonkey');
    const response = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('network')),
    });
    emit('onloadstart', { ...HEAD, response });
    await vi.waitFor(() => expect(log).toEqual(['head 200', 'error network']));
  });

  test('a stream that comes late, with the state and not the start, is read too', async () => {
    const { log, emit } = managed('ScriptCat');
    emit('onloadstart', {});
    const response = new Blob(['late']).stream();
    emit('onreadystatechange', { ...HEAD, readyState: 2, response });
    await vi.waitFor(() => expect(log).toEqual(['head 200', 'late', 'end']));
  });

  test('an old version that ignores the type gives its text as a whole', () => {
    const { log, emit } = managed('Tampermonkey');
    emit('onload', { ...HEAD, readyState: 4, responseText: 'all of it' });
    expect(log).toEqual(['head 200', 'all of it', 'end']);
  });
});

describe('Violentmonkey', () => {
  test('is asked for text, which is taken as it grows', () => {
    const { log, emit, seen } = managed('Violentmonkey');
    expect(seen.details).not.toHaveProperty('responseType');
    emit('onreadystatechange', { ...HEAD, readyState: 2, responseText: '' });
    emit('onprogress', { ...HEAD, readyState: 3, responseText: '一' });
    emit('onreadystatechange', { ...HEAD, readyState: 3, responseText: '一二' });
    emit('onprogress', { ...HEAD, readyState: 3, responseText: '一二' });
    emit('onload', { ...HEAD, readyState: 4, responseText: '一二三' });
    expect(log).toEqual(['head 200', '一', '二', '三', 'end']);
  });

  test('an unknown manager, or one without GM_info, is treated the same', () => {
    for (const name of ['Another', undefined]) {
      expect(managed(name).seen.details).not.toHaveProperty('responseType');
    }
  });
});

describe('any manager', () => {
  test('gives bytes where nothing is streamed', () => {
    const { log, emit, seen } = managed('Tampermonkey', { streaming: false });
    expect(seen.details?.responseType).toBe('arraybuffer');
    const response = new TextEncoder().encode('{"code":0}').buffer;
    emit('onreadystatechange', { ...HEAD, readyState: 3 });
    emit('onload', { ...HEAD, readyState: 4, response });
    expect(log).toEqual(['head 200', '{"code":0}', 'end']);
  });

  test('may throw on responseText where another type was asked for', () => {
    const { log, emit } = managed('Violentmonkey', { streaming: false });
    const response = Object.defineProperty({ ...HEAD, response: 'text' }, 'responseText', {
      get: () => {
        throw new DOMException('type', 'InvalidStateError');
      },
    });
    emit('onload', response);
    expect(log).toEqual(['head 200', 'text', 'end']);
  });

  test.each([
    ['onerror', 'error network'],
    ['ontimeout', 'error timeout'],
    ['onabort', 'error abort'],
  ])('says %s once', (event, word) => {
    const { log, emit } = managed('Violentmonkey');
    emit(event);
    emit('onload', { ...HEAD, readyState: 4, responseText: '' });
    expect(log.filter((entry) => /error|end/.test(entry))).toEqual([word]);
  });

  test('is told of an abort, whether or not it says so itself', () => {
    const { log, abort, seen } = managed('Violentmonkey');
    abort();
    expect(seen.aborts).toBe(1);
    expect(log).toEqual(['error abort']);
  });
});
