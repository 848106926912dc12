import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '@zcbot/config';
import { describe, expect, it } from 'vitest';
import { parseServerSettings } from './settings.ts';

const strong = (): string => randomBytes(32).toString('base64');

function faultsOf(environment: Record<string, string>): readonly string[] {
  const complete = { PLATFORM_KEY: strong(), JWT_SECRET: strong(), ...environment };
  try {
    parseServerSettings(complete);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const name of Object.keys(environment).filter((key) => /KEY|SECRET/.test(key))) {
      const value = environment[name]!;
      if (value.length > 3) expect(error.message).not.toContain(value);
    }
    return error.faults;
  }
}

describe('secrets', () => {
  const weak = [
    'x',
    'secret',
    'password',
    'changeme',
    'change-me-change-me-change-me-change-me',
    'change_me_change_me_change_me_change_me',
    'ChangeMe0000000000000000000000000000000',
    'secret-secret-secret-secret-secret-secret',
    'Secret1234567890123456789012345678901234',
    'password1234567890123456789012345678901234',
    'test-secret-test-secret-test-secret-test',
    'example-key-for-documentation-0123456789',
    'default-key-for-development-01234567890',
    'your-256-bit-secret',
    'your-256-bit-secret-your-256-bit-secret',
    'your_platform_key_goes_here_0123456789',
    '0'.repeat(32),
    'a'.repeat(64),
    'ab'.repeat(20),
    'abcabcabcabcabcabcabcabcabcabcabcabc',
    '1234567'.repeat(6),
    '12345678901234567890123456789012',
    '01234567890123456789012345678901',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'abcdef0123456789abcdef0123456789',
    ' '.repeat(40) + 'short',
    'qwerty',
    'letmein',
    'zcbot',
    'platform-key',
  ];
  const names = ['PLATFORM_KEY', 'PLATFORM_KEY_PREVIOUS', 'JWT_SECRET', 'JWT_SECRET_PREVIOUS'];

  it.each(weak)('%j is refused in every place', (value) => {
    for (const name of names) {
      expect(faultsOf({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name}: .*openssl rand -base64 32`)),
      ]);
    }
  });

  it('the two required ones are named together when both are missing', () => {
    expect(faultsOf({ PLATFORM_KEY: '', JWT_SECRET: '' })).toEqual([
      expect.stringMatching(/^PLATFORM_KEY: is required/),
      expect.stringMatching(/^JWT_SECRET: is required/),
    ]);
  });

  it('no key of the platform may sign tokens', () => {
    const same = strong();
    const differ = (name: string) => [
      expect.stringMatching(new RegExp(`^${name}: must differ from PLATFORM_KEY`)),
    ];
    expect(faultsOf({ PLATFORM_KEY: same, JWT_SECRET: same })).toEqual(differ('JWT_SECRET'));
    expect(faultsOf({ PLATFORM_KEY_PREVIOUS: same, JWT_SECRET: same })).toEqual(
      differ('JWT_SECRET'),
    );
    expect(faultsOf({ PLATFORM_KEY: same, JWT_SECRET_PREVIOUS: same })).toEqual(
      differ('JWT_SECRET_PREVIOUS'),
    );
  });

  it('a conflict is listed along with the other faults', () => {
    const same = strong();
    expect(faultsOf({ PLATFORM_KEY: same, JWT_SECRET: same, ZCBOT_PORT: '70000' })).toHaveLength(2);
  });

  it('two that are missing are no conflict', () => {
    expect(faultsOf({})).toEqual([]);
  });
});

describe('ZCBOT_TRUSTED_PROXIES', () => {
  it.each(['', '127.0.0.1', '10.0.0.0/8, 192.168.1.7', '::1,fd00::/8', '::ffff:10.0.0.1'])(
    'takes %j',
    (value) => {
      expect(faultsOf({ ZCBOT_TRUSTED_PROXIES: value })).toEqual([]);
    },
  );

  it.each([
    ['nginx', /no host names/],
    ['10.0.0.0/33', /not an address or CIDR range/],
    ['10.0.0/8', /not an address/],
    ['10.0.0.0/', /not an address/],
    ['10.0.0.0/8/8', /not an address/],
    ['fd00::/129', /not an address/],
    ['::ffff:10.0.0.0/104', /not an address/],
    ['fe80::1%eth0', /not an address/],
    ['127.0.0.1:80', /not an address/],
    ['*', /not an address/],
    ['0.0.0.0/0', /would believe everybody/],
    ['::/0', /would believe everybody/],
  ])('refuses %j with a remedy', (value, reason) => {
    expect(faultsOf({ ZCBOT_TRUSTED_PROXIES: `127.0.0.1, ${value}` })).toEqual([
      expect.stringMatching(reason),
    ]);
  });
});
