import { describe, expect, test } from 'vitest';
import { memoryStorage } from '../testing/memory-storage.ts';
import { createSettings, DEFAULTS, readServed, validSettings } from './settings.ts';
import { createSites } from './sites.ts';

describe('settings', () => {
  test('what the user chose wins over what was served, and that over the defaults', () => {
    const storage = memoryStorage();
    const settings = createSettings(storage, { botId: '111', region: 'com' });
    expect(settings.get()).toMatchObject({ botId: '111', region: 'com', chat: 'auto' });
    settings.change({ botId: '222', region: 'com' });
    expect(settings.get()).toMatchObject({ botId: '222', region: 'com' });
    // A value that is the served one is not kept: a gateway that moves takes the script along.
    expect(storage.values.zcbot_settings).toEqual({ botId: '222' });
  });

  test.each([
    [{ botId: 'abc' }],
    [{ botId: 7 }],
    [{ proxyUrl: 'javascript:alert(1)' }],
    [{ proxyUrl: 'http://user@127.0.0.1:8080' }],
    [{ proxyUrl: 'http://127.0.0.1:8080/path' }],
    [{ chat: 'other' }],
    [{ debug: 'yes' }],
    [{ sdkVersion: '../../evil' }],
    [{ unknown: 1 }],
    [null],
    ['text'],
  ])('%j is not taken', (value) => {
    expect(validSettings(value)).toEqual({});
  });

  test('what an older version left behind does no harm', () => {
    const storage = memoryStorage({ zcbot_settings: { chat: 'gone', position: 3, debug: true } });
    expect(createSettings(storage, {}).get()).toEqual({ ...DEFAULTS, debug: true });
  });

  test('a served script brings addresses, bot, mode and pairing code', () => {
    const served = readServed({
      brokerUrl: 'http://127.0.0.1:18081/',
      proxyUrl: 'http://127.0.0.1:18080',
      botId: '7000000000000000001',
      mode: 'pat',
      region: 'com',
      pairingCode: 'once',
      version: '1',
    });
    expect(served).toEqual({
      settings: {
        brokerUrl: 'http://127.0.0.1:18081',
        proxyUrl: 'http://127.0.0.1:18080',
        botId: '7000000000000000001',
        auth: 'pat',
        region: 'com',
      },
      pairingCode: 'once',
    });
    expect(readServed({})).toEqual({ settings: {}, pairingCode: undefined });
  });
});

describe('sites', () => {
  test.each([
    ['www.coze.cn', true],
    ['coze.com', true],
    ['evilcoze.cn', false],
    ['coze.cn.evil.example', false],
    ['example.com', false],
  ])('%s is on by default: %s', (host, on) => {
    expect(createSites(memoryStorage()).isOn(host)).toBe(on);
  });

  test('are switched one by one', () => {
    const sites = createSites(memoryStorage());
    sites.set('example.com', true);
    sites.set('www.coze.cn', false);
    expect([sites.isOn('example.com'), sites.isOn('www.coze.cn'), sites.isOn('coze.cn')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(sites.isOn('constructor')).toBe(false);
  });
});
