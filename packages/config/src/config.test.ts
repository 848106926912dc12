import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  defineSettings,
  integer,
  list,
  parseSettings,
  port,
  secret,
} from './config.ts';

const STRONG = 'qV3zX9-kfLw82_mPbT7cRy5uHnEaDs0J';

const settings = defineSettings({
  port: { name: 'EXAMPLE_PORT', doc: 'Port.', schema: port, default: '8765' },
  ttl: {
    name: 'EXAMPLE_TTL',
    doc: 'Life of a token.',
    schema: integer({ min: 1, max: 60, unit: { en: 'seconds', zh: '秒' } }),
    default: '30',
  },
  origins: { name: 'EXAMPLE_ORIGINS', doc: 'Origins.', schema: list },
  key: { name: 'EXAMPLE_KEY', doc: 'Key.', schema: secret, secret: true },
});

function faultsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    parseSettings(settings, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

function captured(environment: Record<string, string>): ConfigurationError {
  try {
    parseSettings(settings, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('there is no fault');
}

describe('parseSettings', () => {
  test('defaults stand for what is unset, empty or blank', () => {
    const expected = { port: 8765, ttl: 30, origins: [], key: STRONG };
    expect(parseSettings(settings, { EXAMPLE_KEY: STRONG })).toEqual(expected);
    expect(
      parseSettings(settings, { EXAMPLE_KEY: STRONG, EXAMPLE_PORT: '', EXAMPLE_TTL: '  ' }),
    ).toEqual(expected);
  });

  test('what is set is parsed to its own type', () => {
    expect(
      parseSettings(settings, {
        EXAMPLE_PORT: ' 80 ',
        EXAMPLE_TTL: '60',
        EXAMPLE_ORIGINS: 'https://a.example, ,https://b.example,',
        EXAMPLE_KEY: STRONG,
      }),
    ).toEqual({
      port: 80,
      ttl: 60,
      origins: ['https://a.example', 'https://b.example'],
      key: STRONG,
    });
  });

  test('every fault is listed at once, each with its name and remedy', () => {
    const faults = faultsOf({ EXAMPLE_PORT: '99999', EXAMPLE_TTL: '61' });
    expect(faults).toEqual([
      'EXAMPLE_PORT (now "99999"): must be a port number from 0 to 65535',
      'EXAMPLE_TTL (now "61"): must be a whole number of seconds from 1 to 60',
      'EXAMPLE_KEY: is required; make one with: openssl rand -base64 32',
    ]);
  });

  test('the same faults in Chinese', () => {
    const error = captured({ EXAMPLE_PORT: '99999', EXAMPLE_TTL: '61' });
    expect(error.in('zh')).toBe(
      [
        '配置有 3 处错误：',
        '  - EXAMPLE_PORT（现为 "99999"）：必须是 0 到 65535 之间的端口号',
        '  - EXAMPLE_TTL（现为 "61"）：必须是 1 到 60 之间的整数，单位：秒',
        '  - EXAMPLE_KEY：必须设置；可用 openssl rand -base64 32 生成',
      ].join('\n'),
    );
    expect(error.message).toBe(error.in('en'));
  });

  test.each(['8765x', '-1', '1e3', '65536', '0x50'])('%s is no port', (value) => {
    expect(faultsOf({ EXAMPLE_KEY: STRONG, EXAMPLE_PORT: value })).toHaveLength(1);
  });

  test.each(['0', '1.5', '-3', '999999999999999999'])('%s is outside 1 to 60', (value) => {
    expect(faultsOf({ EXAMPLE_KEY: STRONG, EXAMPLE_TTL: value })).toHaveLength(1);
  });
});

describe('secrets', () => {
  test.each([
    ['short', 'at least 32 characters'],
    ['change-me-change-me-change-me-change-me', 'well-known or guessable'],
    ['0'.repeat(40), 'well-known or guessable'],
    ['abababababababababababababababababab', 'well-known or guessable'],
    ['0123456789'.repeat(4), 'well-known or guessable'],
  ])('%s is refused, with the way to rotate', (value, reason) => {
    const [fault] = faultsOf({ EXAMPLE_KEY: value });
    expect(fault).toContain(reason);
    expect(fault).toContain('_PREVIOUS');
  });

  test('a refused secret is not in the error', () => {
    const planted = 'canary-7f3a';
    try {
      parseSettings(settings, { EXAMPLE_KEY: planted });
      expect.unreachable();
    } catch (error) {
      expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(planted);
    }
  });
});
