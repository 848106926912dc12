import type { LookupAddress, LookupOptions } from 'node:dns';
import { expect, test } from 'vitest';
import { createHostGuard } from './host-guard.ts';
import { ProxyError } from './proxy-error.ts';

const guard = createHostGuard({
  allowedHosts: ['cdn.example.com', '*.trusted.example'],
  allowedPrivate: ['127.0.0.1:9000', '[::1]:9001'],
});

test.each([
  'https://api.coze.cn/',
  'https://coze.cn/',
  'https://a.b.coze.com/',
  'http://api.coze.com/',
  'https://api.coze.cn:443/',
  'https://cdn.example.com/',
  'https://x.trusted.example/',
  'http://127.0.0.1:9000/',
  'http://[::1]:9001/',
  'http://0x7f.1:9000/',
  'wss://ws.coze.cn/',
])('%s may be reached', (target) => {
  expect(() => guard.check(new URL(target))).not.toThrow();
});

test.each([
  'https://evil.example/',
  'https://coze.cn.evil.example/',
  'https://evilcoze.cn/',
  'https://api.coze.cn./',
  'https://trusted.example/',
  'https://sub.cdn.example.com/',
  'https://api.coze.cn:8443/',
  'http://api.coze.cn:22/',
  'http://127.0.0.1/',
  'http://127.0.0.1:9001/',
  'http://localhost:9000/',
  'http://2130706433/',
  'http://[::ffff:127.0.0.1]:9000/',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/',
  'https://xn--cze-fma.cn/',
  'https://coze.cn%2eevil.example/',
])('%s may not be reached', (target) => {
  expect(() => guard.check(new URL(target))).toThrow(ProxyError);
});

function resolving(answers: LookupAddress[]) {
  return ((
    _name: string,
    _options: LookupOptions,
    callback: (error: null, addresses: LookupAddress[]) => void,
  ) => callback(null, answers)) as never;
}

function connectAddress(
  answers: LookupAddress[],
  target = 'https://api.coze.cn/',
): Promise<string> {
  const stubbed = createHostGuard({
    allowedHosts: [],
    allowedPrivate: ['api.coze.cn:8443'],
    resolve: resolving(answers),
  });
  return new Promise((resolve, reject) => {
    stubbed.lookupFor(new URL(target))('api.coze.cn', {}, (error, address) => {
      if (error) reject(error);
      else resolve(address as string);
    });
  });
}

test('the connection goes to the address that was checked', async () => {
  await expect(connectAddress([{ address: '93.184.216.34', family: 4 }])).resolves.toBe(
    '93.184.216.34',
  );
});

test.each([
  [[{ address: '127.0.0.1', family: 4 }]],
  [
    [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
  ],
  [[{ address: '::1', family: 6 }]],
  [[{ address: '::ffff:169.254.169.254', family: 6 }]],
])(
  'a name that resolves to a private address is refused at the moment of connecting',
  async (answers) => {
    await expect(connectAddress(answers)).rejects.toThrow(ProxyError);
  },
);

test('an exception holds for its own port only', async () => {
  const home = [{ address: '10.0.0.1', family: 4 }];
  await expect(connectAddress(home, 'https://api.coze.cn:8443/')).resolves.toBe('10.0.0.1');
  await expect(connectAddress(home)).rejects.toThrow(ProxyError);
});

test('a thousand rebinding answers reach no private address', async () => {
  for (let i = 0; i < 1000; i += 1) {
    const answers = [{ address: i % 2 ? '127.0.0.1' : '93.184.216.34', family: 4 as const }];
    const outcome = await connectAddress(answers).catch(() => 'refused');
    expect(outcome).toBe(i % 2 ? 'refused' : '93.184.216.34');
  }
});
