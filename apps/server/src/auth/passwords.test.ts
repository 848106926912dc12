import { describe, expect, it } from 'vitest';
import { argon2id, createPasswords, type Hasher } from './passwords.ts';

function counting(hasher: Hasher) {
  const calls = { hash: 0, verify: 0 };
  const counted: Hasher = {
    hash: (password) => ((calls.hash += 1), hasher.hash(password)),
    verify: (known, password) => ((calls.verify += 1), hasher.verify(known, password)),
  };
  return { calls, counted };
}

describe('passwords', () => {
  it('are hashed by argon2id with 19 MiB, two passes and one lane', async () => {
    const [first, second] = await Promise.all([
      createPasswords().hash('long enough'),
      createPasswords().hash('long enough'),
    ]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]+\$[^$]+$/);
    expect(first).not.toBe(second);
  });

  it('cost a user without a password, and nobody, the same one verification', async () => {
    const { calls, counted } = counting(argon2id);
    const passwords = createPasswords(counted);
    const known = await passwords.hash('long enough');
    calls.hash = 0;
    for (const hash of [known, null, undefined]) {
      calls.verify = 0;
      expect(await passwords.matches(hash, 'wrong')).toBe(false);
      expect(calls.verify).toBe(1);
    }
    expect(calls.hash).toBe(1);
  });

  it('of nobody match nothing, not even when the verification says yes', async () => {
    const passwords = createPasswords({
      hash: () => Promise.resolve('hash'),
      verify: () => Promise.resolve(true),
    });
    expect(await passwords.matches(undefined, 'x')).toBe(false);
    expect(await passwords.matches(null, 'x')).toBe(false);
    expect(await passwords.matches('hash', 'x')).toBe(true);
  });

  it('are the same however the keyboard composes their characters', async () => {
    const passwords = createPasswords();
    const known = await passwords.hash('Cafe\u0301 \uff11\uff12\uff13\uff14\uff15');
    expect(await passwords.matches(known, 'Caf\u00e9 12345')).toBe(true);
    expect(await passwords.matches(known, 'Cafe 12345')).toBe(false);
  });

  it('are worked on at most as many at a time as asked', async () => {
    let running = 0;
    let most = 0;
    const slow: Hasher = {
      hash: () => Promise.resolve('hash'),
      async verify() {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return true;
      },
    };
    const passwords = createPasswords(slow, 2);
    const settled = await Promise.allSettled(
      Array.from({ length: 500 }, () => passwords.matches('hash', 'x')),
    );
    expect(most).toBe(2);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2 + 16);
  });
});
