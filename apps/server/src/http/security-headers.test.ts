import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { consoleDirectory } from '../testing/console-build.ts';

const PARENT = 'https://portal.example.com';
let server: TestServer;
let directory: string;
beforeAll(async () => {
  directory = await consoleDirectory();
  server = await startTestServer({ parentOrigins: [PARENT] }, { consoleDirectory: directory });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Every method and pattern the application registers, middleware aside. */
function registeredRoutes(): { method: string; path: string }[] {
  // Nothing is called: the routes are only listed.
  const app = createApp({
    engines: { all: [{ info: { id: 'none' } }] },
    corsOrigins: [],
    pages: {},
  } as unknown as Parameters<typeof createApp>[0]);
  const seen = new Map(
    app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  );
  return [...seen.values()];
}

const ID = '00000000-0000-0000-0000-000000000009';
const EMBED = '/static/dev.html?embed=1&parent_origin=';
/** Addresses whose headers differ from those of their route's plain form. */
const VARIANTS = [
  EMBED,
  `${EMBED}x`,
  `${EMBED}https://evil.test`,
  EMBED + PARENT,
  '/nowhere',
  '/v1/nowhere',
  '/assets/missing.js',
].map((path) => ({ method: 'GET', path }));

describe('the headers of every answer', () => {
  const routes = [...registeredRoutes(), ...VARIANTS];

  test('routes were found', () => {
    expect(routes.length).toBeGreaterThan(25);
  });

  test.each(
    routes.flatMap((route) => [
      { ...route, signedIn: true },
      { ...route, signedIn: false },
    ]),
  )('$method $path, signed in: $signedIn', async ({ method, path, signedIn }) => {
    // A session of its own, since one of the routes ends it.
    const session = signedIn ? { token: (await server.logIn()).token } : {};
    const address = path.replaceAll(/:\w+/g, ID).replace('*', 'index-test.js');
    const abort = new AbortController();
    const response = await server.call(address, {
      method,
      signal: abort.signal,
      headers: { Accept: 'text/html, */*' },
      ...session,
    });
    const header = (name: string): string => response.headers.get(name) ?? '';
    expect(response.status).toBeLessThan(500);
    expect(header('X-Content-Type-Options')).toBe('nosniff');
    expect(header('Referrer-Policy')).toBe('no-referrer');
    expect(header('X-Powered-By')).toBe('');
    expect(header('Server')).toBe('');
    expect(response.headers.has('Set-Cookie')).toBe(false);
    expect(response.headers.has('X-Frame-Options')).toBe(false);

    const isAsset = path === '/assets/*';
    expect(header('Cache-Control')).toContain(isAsset ? 'immutable' : 'no-store');

    const policy = header('Content-Security-Policy');
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|http:|data: *;|\*\./);
    expect(policy.match(/frame-ancestors [^;]+/g)).toEqual([`frame-ancestors ${framers(address)}`]);
    const embedded = address.startsWith(EMBED);
    expect(header('Cross-Origin-Resource-Policy')).toBe(embedded ? 'cross-origin' : 'same-origin');
    if (header('Content-Type').startsWith('text/html')) {
      expect(header('Permissions-Policy')).toContain('camera=()');
      expect(policy).toContain("base-uri 'none'");
      expect(header('Cross-Origin-Opener-Policy')).toBe(embedded ? '' : 'same-origin');
    }
    abort.abort();
  });

  test('the console page lets scripts run from its own files only, under Trusted Types', async () => {
    for (const path of ['/', EMBED + PARENT]) {
      const policy = (await server.call(path)).headers.get('Content-Security-Policy');
      expect(policy).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
          "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; " +
          "require-trusted-types-for 'script'; trusted-types dompurify; frame-ancestors",
      );
    }
  });
});

/** Who may frame the page at this address. */
function framers(address: string): string {
  if (address === EMBED + PARENT) return PARENT;
  return address.startsWith(EMBED) ? '*' : "'none'";
}
