import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryStorage } from '../testing/memory-storage.ts';
import { createGateway } from '../transport/gateway.ts';
import type { Transport } from '../transport/transport.ts';
import type { Settings } from '../settings/settings.ts';
import { createPairing } from './pairing.ts';

const brokerUrl = 'http://127.0.0.1:8081';
const settings = { auth: 'jwt', proxyUrl: 'http://127.0.0.1:8080' } as Settings;

/** A broker that takes its time to pair, and a proxy; both note what came. */
function line(): { transport: Transport; seen: { path: string; key: string | null }[] } {
  const seen: { path: string; key: string | null }[] = [];
  const transport: Transport = async (url, request = {}) => {
    const { pathname } = new URL(url);
    seen.push({ path: pathname, key: new Headers(request.headers).get('x-zcbot-pairing') });
    if (pathname !== '/pair') return Response.json({ code: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return Response.json({ key: 'key-of-this-install' });
  };
  return { transport, seen };
}

afterEach(() => void vi.unstubAllGlobals());

describe('pairing', () => {
  test('comes before the first call to Coze: with a key the session is another one', async () => {
    const { transport, seen } = line();
    const storage = memoryStorage();
    const pairing = createPairing({ storage, transport, brokerUrl: () => brokerUrl, code: 'code' });
    const gateway = createGateway({
      transport,
      settings: () => settings,
      sessionName: () => Promise.resolve('session_a'),
      pairing,
    });
    await Promise.all([
      pairing.ensure(),
      gateway.toCoze('/v1/conversations'),
      gateway.toCoze('/v3/chat'),
    ]);
    expect(seen.map(({ path }) => path)).toEqual([
      '/pair',
      expect.stringMatching(/^\/coze\//),
      expect.stringMatching(/^\/coze\//),
    ]);
    expect(seen.slice(1).every(({ key }) => key === 'key-of-this-install')).toBe(true);
  });

  test('is done anew, unnoticed, when the gateway does not know the key and the script has a code', async () => {
    const transport: Transport = (url, request = {}) => {
      const key = new Headers(request.headers).get('x-zcbot-pairing');
      if (new URL(url).pathname === '/pair')
        return Promise.resolve(Response.json({ key: 'new-key' }));
      return Promise.resolve(
        key === 'new-key'
          ? Response.json({ code: 0 })
          : Response.json({ code: 'pairing_required', error: 'unknown key' }, { status: 401 }),
      );
    };
    const storage = memoryStorage({ zcbot_pairing: { brokerUrl, key: 'key-of-another-time' } });
    const gatewayWith = (code: string | undefined) =>
      createGateway({
        transport,
        settings: () => settings,
        sessionName: () => Promise.resolve('session_a'),
        pairing: createPairing({ storage, transport, brokerUrl: () => brokerUrl, code }),
      });
    expect((await gatewayWith(undefined).toCoze('/v3/chat')).status).toBe(401);
    expect((await gatewayWith('code').toCoze('/v3/chat')).status).toBe(200);
  });

  test('waits for a broker that is down and says so', async () => {
    vi.stubGlobal('navigator', { onLine: true });
    const down = (): Promise<Response> => Promise.reject(new TypeError('no connection'));
    const storage = memoryStorage();
    const pairing = createPairing({
      storage,
      transport: down,
      brokerUrl: () => brokerUrl,
      code: 'code',
    });
    await expect(pairing.ensure()).rejects.toMatchObject({ reason: 'broker_down' });
    expect(storage.values).toEqual({});
  });

  test('is tried once with a code that was refused, and anew after another install', async () => {
    const storage = memoryStorage();
    let calls = 0;
    const refusing = (): Promise<Response> => {
      calls += 1;
      return Promise.resolve(Response.json({ error: 'spent' }, { status: 403 }));
    };
    const parts = { storage, transport: refusing, brokerUrl: () => brokerUrl };
    const pairing = createPairing({ ...parts, code: 'first' });
    expect(await pairing.ensure()).toBeUndefined();
    expect(await pairing.ensure()).toBeUndefined();
    expect(calls).toBe(1);
    await createPairing({ ...parts, code: 'second' }).ensure();
    expect(calls).toBe(2);
  });
});
