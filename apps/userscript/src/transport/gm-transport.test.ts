import { describe, expect, test } from 'vitest';
import type { GmRequest } from '../gm.ts';
import { createGmTransport, parseHeaders } from './gm-transport.ts';

function managed() {
  const seen: { request?: GmRequest; aborted: boolean } = { aborted: false };
  const transport = createGmTransport((request) => {
    seen.request = request;
    return () => (seen.aborted = true);
  });
  return { transport, seen, request: () => seen.request! };
}

describe('the manager’s channel', () => {
  test('is a Response whose body comes in parts, bytes or text', async () => {
    const { transport, request } = managed();
    const answer = transport('http://127.0.0.1/x', { streaming: true });
    request().onHead({ status: 200, headers: 'content-type: text/plain\r\nx-tt-logid: 1' });
    const response = await answer;
    expect(response.headers.get('x-tt-logid')).toBe('1');
    request().onChunk(new TextEncoder().encode('一'));
    request().onChunk('二');
    request().onEnd();
    expect(await response.text()).toBe('一二');
  });

  test('without a connection it throws as fetch does', async () => {
    const { transport, request } = managed();
    const answer = transport('http://127.0.0.1/x');
    request().onError('network');
    await expect(answer).rejects.toBeInstanceOf(TypeError);
  });

  test('a connection that breaks off breaks the body, never ends it', async () => {
    const { transport, request } = managed();
    const answer = transport('http://127.0.0.1/x', { streaming: true });
    request().onHead({ status: 200, headers: '' });
    const response = await answer;
    request().onChunk('half');
    request().onError('network');
    await expect(response.text()).rejects.toBeInstanceOf(TypeError);
  });

  test('an abort reaches the manager, before the head and after it', async () => {
    for (const withHead of [false, true]) {
      const { transport, request, seen } = managed();
      const abort = new AbortController();
      const answer = transport('http://127.0.0.1/x', { signal: abort.signal });
      if (withHead) request().onHead({ status: 200, headers: '' });
      const body = answer.then((response) => response.text());
      if (withHead) await answer;
      abort.abort(new DOMException('enough', 'AbortError'));
      await expect(body).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen.aborted).toBe(true);
    }
  });

  test('an answer without a body may have none', async () => {
    const { transport, request } = managed();
    const answer = transport('http://127.0.0.1/x');
    request().onHead({ status: 204, headers: '' });
    request().onEnd();
    expect((await answer).body).toBeNull();
  });

  test('header lines that are none are left out', () => {
    const headers = parseHeaders('a: 1\nnonsense\n: x\nbad name: 2\r\nb: 3');
    expect([...headers]).toEqual([
      ['a', '1'],
      ['b', '3'],
    ]);
  });
});
