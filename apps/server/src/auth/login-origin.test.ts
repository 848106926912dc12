import { describe, expect, it } from 'vitest';
import { refuseBrowser, refuseForeignPage } from './login-origin.ts';

describe('the pages that passwords are accepted from', () => {
  it.each([
    ['a tool', undefined, 'https://zcbot.example.com'],
    ['the public origin', 'https://zcbot.example.com', 'https://zcbot.example.com'],
    ['the address it listens on', 'http://127.0.0.1:8765', 'http://127.0.0.1:8765'],
    ['another name of this machine', 'http://localhost:8765', 'http://127.0.0.1:8765'],
    ['this machine, of a server for all', 'http://localhost:8765', 'http://0.0.0.0:8765'],
    ['this machine, of a server for all by IPv6', 'http://127.0.0.1:8765', 'http://[::]:8765'],
    ['IPv6 loopback', 'http://[::1]:8765', 'http://[::1]:8765'],
  ])('include %s', (_what, origin, own) => {
    expect(() => refuseForeignPage(origin, own)).not.toThrow();
  });

  it.each([
    ['http instead of https', 'http://zcbot.example.com', 'https://zcbot.example.com'],
    ['another port', 'https://zcbot.example.com:8443', 'https://zcbot.example.com'],
    ['a subdomain', 'https://a.zcbot.example.com', 'https://zcbot.example.com'],
    ['a look-alike', 'https://zcbot.example.com.evil.example', 'https://zcbot.example.com'],
    ['this machine, of a public server', 'http://localhost:8765', 'https://zcbot.example.com'],
    ['another program on this machine', 'http://localhost:3000', 'http://127.0.0.1:8765'],
    ['an opaque origin', 'null', 'http://127.0.0.1:8765'],
    ['nonsense', 'localhost:8765', 'http://127.0.0.1:8765'],
    ['an address with a path', 'http://localhost:8765/', 'http://127.0.0.1:8765'],
    ['an empty one', '', 'http://127.0.0.1:8765'],
  ])('exclude %s', (_what, origin, own) => {
    expect(() => refuseForeignPage(origin, own)).toThrow(own);
  });
});

describe('the platform key', () => {
  it('is accepted from no page at all', () => {
    for (const origin of ['', 'null', 'https://zcbot.example.com']) {
      expect(() => refuseBrowser(origin)).toThrow('Exchange the platform key on your backend');
    }
    expect(() => refuseBrowser(undefined)).not.toThrow();
  });
});
