import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPasswords } from '../auth/passwords.ts';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { openUserCommands } from './users.commands.ts';
import { createUserStore } from './users.store.ts';

const PASSWORD = 'correct horse battery';

describe.each(databaseKinds)('user commands on $kind', ({ open }) => {
  let opened: TestDatabase;
  let commands: Awaited<ReturnType<typeof openUserCommands>>;

  beforeEach(async () => {
    opened = await open();
    const { location } = opened;
    const settings =
      location.kind === 'sqlite'
        ? { dataDirectory: dirname(location.path), databaseUrl: undefined }
        : { dataDirectory: '/nowhere', databaseUrl: location.url };
    commands = await openUserCommands({ settings });
  });
  afterEach(async () => {
    await commands.close();
    await opened.close();
  });

  const stored = (email: string) => createUserStore(opened.database).findByEmail(email);

  it('adds a user whose password can be verified and is nowhere in clear', async () => {
    const { user_id } = await commands.add({ email: 'Ann@Example.COM ', password: PASSWORD });
    const user = await stored('ann@example.com');
    expect(user).toMatchObject({ id: user_id, name: null, tokenGeneration: 0 });
    expect(user!.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const passwords = createPasswords();
    expect(await passwords.matches(user!.passwordHash, PASSWORD)).toBe(true);
    expect(await passwords.matches(user!.passwordHash, `${PASSWORD}.`)).toBe(false);
  });

  it('lists users, oldest first, with ISO times', async () => {
    await commands.add({ email: 'a@example.com', name: ' Ann ', password: PASSWORD });
    await createUserStore(opened.database).seen('00000000-0000-0000-0000-000000000001', '平台');
    const listed = await commands.list();
    expect(listed.map(({ email, name }) => [email, name])).toEqual([
      ['a@example.com', 'Ann'],
      [null, '平台'],
    ]);
    expect(Date.now() - Date.parse(listed[0]!.created_at)).toBeLessThan(60_000);
  });

  it('takes an address only once, however it is written', async () => {
    await commands.add({ email: 'ann@example.com', password: PASSWORD });
    await expect(commands.add({ email: 'ANN@example.com', password: PASSWORD })).rejects.toThrow(
      /ann@example.com is taken/,
    );
    expect(await commands.list()).toHaveLength(1);
  });

  it.each(['', 'ann', 'ann@', '@example.com', 'a b@example.com', `${'a'.repeat(250)}@example.com`])(
    'refuses %j as an address',
    async (email) => {
      await expect(commands.add({ email, password: PASSWORD })).rejects.toThrow(
        /not an e-mail address/,
      );
    },
  );

  it('refuses passwords under 10 characters and over 1 KiB, on both ways in', async () => {
    await commands.add({ email: 'ann@example.com', password: PASSWORD });
    for (const [password, reason] of [
      ['123456789', /at least 10/],
      ['密码密码密码密码密', /has 9 characters/],
      ['密'.repeat(342), /longer than 1024 bytes/],
    ] as const) {
      await expect(commands.add({ email: 'bob@example.com', password })).rejects.toThrow(reason);
      await expect(commands.setPassword({ email: 'ann@example.com', password })).rejects.toThrow(
        reason,
      );
    }
    await commands.add({ email: 'bob@example.com', password: '密码密码密码密码密码' });
  });

  it('changes a password and ends the tokens made before', async () => {
    await commands.add({ email: 'ann@example.com', password: PASSWORD });
    const before = await stored('ann@example.com');
    await commands.setPassword({ email: ' ANN@example.com', password: 'another password' });
    const after = await stored('ann@example.com');
    expect(after!.tokenGeneration).toBe(before!.tokenGeneration + 1);
    expect(await createPasswords().matches(after!.passwordHash, 'another password')).toBe(true);
    expect(await createPasswords().matches(after!.passwordHash, PASSWORD)).toBe(false);
  });

  it('ends tokens by address or by id', async () => {
    const { user_id } = await commands.add({ email: 'ann@example.com', password: PASSWORD });
    await commands.revoke({ user: 'Ann@example.com' });
    await commands.revoke({ user: user_id.toUpperCase() });
    expect((await stored('ann@example.com'))!.tokenGeneration).toBe(2);
  });

  it('says so when there is no such user, in both languages', async () => {
    for (const refused of [
      () => commands.setPassword({ email: 'eve@example.com', password: PASSWORD }),
      () => commands.revoke({ user: 'eve@example.com' }),
      () => commands.revoke({ user: '00000000-0000-0000-0000-00000000000e' }),
    ]) {
      await expect(refused()).rejects.toMatchObject({
        message: expect.stringContaining('there is no user'),
        text: { zh: expect.stringContaining('没有用户') },
      });
    }
  });
});
