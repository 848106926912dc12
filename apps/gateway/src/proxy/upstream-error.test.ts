/** Each way in which a target can fail, as its status, code and phase; the cause stays inside. */
import { errors } from 'undici';
import { expect, test } from 'vitest';
import { upstreamError } from './forward.ts';
import { ProxyError } from './proxy-error.ts';

const failing = (code: string): Error =>
  Object.assign(new Error(`${code} 10.1.2.3:443 /v3/chat?secret`), { code });

test.each([
  ['a connection that is not accepted', new errors.ConnectTimeoutError(), 504, 'connect'],
  ['an answer that does not begin', new errors.HeadersTimeoutError(), 504, 'head'],
  ['a name that does not exist', failing('ENOTFOUND'), 502, 'resolve'],
  ['a DNS server that is away', failing('EAI_AGAIN'), 502, 'resolve'],
  ['nobody at the port', failing('ECONNREFUSED'), 502, 'connect'],
  ['no way there', failing('EHOSTUNREACH'), 502, 'connect'],
  ['an expired certificate', failing('CERT_HAS_EXPIRED'), 502, 'connect'],
  ['a certificate of another host', failing('ERR_TLS_CERT_ALTNAME_INVALID'), 502, 'connect'],
  ['a certificate of its own making', failing('DEPTH_ZERO_SELF_SIGNED_CERT'), 502, 'connect'],
  ['a connection that breaks', failing('ECONNRESET'), 502, 'head'],
  ['an answer that is no HTTP', failing('HPE_INVALID_CONSTANT'), 502, 'head'],
  ['what nobody thought of', new Error('10.1.2.3 secret'), 502, 'head'],
])('%s', (_what, error, status, phase) => {
  const told = upstreamError(error);
  expect([told.status, told.phase]).toEqual([status, phase]);
  expect(told.code).toBe(status === 504 ? 'upstream_timeout' : 'upstream_failed');
  expect(told.cause).toBe(error);
  expect(told.body()).not.toMatch(/10\.1\.2\.3|secret/);
});

test('the guard’s own refusal stays what it is', () => {
  const refusal = new ProxyError('host_not_allowed', 'private');
  expect(upstreamError(refusal)).toBe(refusal);
});
