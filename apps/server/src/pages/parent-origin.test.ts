import { describe, expect, test } from 'vitest';
import { createParentOrigins, type ParentOrigins } from './parent-origin.ts';

function parents(trustLoopback: boolean, own = 'https://zcbot.example.com'): ParentOrigins {
  return createParentOrigins({
    registered: [
      'https://portal.example.com',
      'https://xn--bcher-kva.example',
      'https://intranet:8443',
      'http://localhost:3000',
    ],
    ownOrigin: () => own,
    trustLoopback,
  });
}

describe('a parent origin', () => {
  test.each([
    'https://portal.example.com',
    'https://xn--bcher-kva.example',
    'https://intranet:8443',
    'http://localhost:3000',
  ])('that is registered is accepted: %s', (origin) => {
    expect(parents(false).decide([origin])).toEqual({ origin, selfParent: false });
  });

  test.each([[[]], [['']]])('is missing: %j', (claims) => {
    expect(parents(true).decide(claims)).toMatchObject({ fault: 'missing_parent_origin' });
  });

  test.each([
    'null',
    '*',
    'https://*.example.com',
    'https://*',
    'https://a;sandbox',
    "http://a;script-src 'none'.localhost",
    'http://a;b.localhost',
    'http://a,b.localhost',
    "http://'none'.localhost",
    'portal.example.com',
    '//portal.example.com',
    'https:portal.example.com',
    'https:/portal.example.com',
    'https://portal.example.com/',
    'https://portal.example.com/path',
    'https://portal.example.com?',
    'https://portal.example.com#',
    'https://portal.example.com:443',
    'http://localhost:80',
    'https://portal.example.com:',
    'https://portal.example.com:08443',
    'https://PORTAL.example.com',
    'HTTPS://portal.example.com',
    'https://user@portal.example.com',
    'https://user:secret@portal.example.com',
    'https://portal.example.com@evil.test',
    'https://bücher.example',
    'https://portal%2eexample.com',
    'https%3A%2F%2Fportal.example.com',
    ' https://portal.example.com',
    'https://portal.example.com\n',
    'https://portal.example.com\0',
    'https://portal.example.com\\evil.test',
    'https://portal.example.com,https://evil.test',
    'https://portal.example.com https://evil.test',
    "https://portal.example.com; script-src 'unsafe-inline'",
    'https://0x7f.1',
    'http://127.1:3000',
    'http://[0:0:0:0:0:0:0:1]:3000',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://portal.example.com/1',
    'ws://portal.example.com',
    'chrome-extension://abcdefghijklmnop',
  ])('is malformed: %j', (claim) => {
    for (const trust of [true, false]) {
      expect(parents(trust).decide([claim])).toMatchObject({ fault: 'malformed_parent_origin' });
    }
  });

  test('named twice is malformed, even with the same value', () => {
    const origin = 'https://portal.example.com';
    expect(parents(false).decide([origin, origin])).toMatchObject({
      fault: 'malformed_parent_origin',
    });
  });

  test.each([
    'https://portal.example.com.evil.test',
    'https://evil-portal.example.com',
    'https://evilportal.example.com',
    'https://sub.portal.example.com',
    'https://portal.example.com.',
    'https://portal.example.co',
    'https://portal.example.com:8443',
    'http://portal.example.com',
    'https://intranet',
    'https://example.com',
    'https://evil.test',
    'http://[::1]:3000',
    'http://192.168.1.5:3000',
  ])('is not registered: %s', (claim) => {
    for (const trust of [true, false]) {
      expect(parents(trust).decide([claim])).toEqual({
        fault: 'unregistered_parent_origin',
        claim,
      });
    }
  });

  test.each(['http://127.0.0.1:3000', 'http://localhost:9999', 'https://app.localhost'])(
    'on loopback counts only when trying things out: %s',
    (origin) => {
      expect(parents(true).decide([origin])).toEqual({ origin, selfParent: false });
      expect(parents(false).decide([origin])).toMatchObject({
        fault: 'unregistered_parent_origin',
      });
    },
  );

  test('that is the console’s own is accepted, and may post to itself', () => {
    const origin = 'https://zcbot.example.com';
    expect(parents(false).decide([origin])).toEqual({ origin, selfParent: true });
  });

  test('the console on loopback knows itself by both its names', () => {
    const own = 'http://127.0.0.1:8765';
    for (const trust of [true, false]) {
      const origin = 'http://localhost:8765';
      expect(parents(trust, own).decide([origin])).toEqual({ origin, selfParent: true });
    }
    expect(parents(false, own).decide(['http://localhost:8766'])).toHaveProperty('fault');
    expect(parents(false, own).decide(['https://localhost:8765'])).toHaveProperty('fault');
    expect(parents(false).decide(['http://localhost:8765'])).toHaveProperty('fault');
  });
});
