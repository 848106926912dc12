/** `zcbot user …`: works beside a running server, on the same database. */
import { parseArguments } from '../arguments.ts';
import { UsageError, type Command, type CommandContext } from '../command.ts';
import { readStorageSettings } from '../config/server.ts';
import { say, type Text } from '../terminal/language.ts';
import { choosePassword } from '../terminal/password.ts';
import { table } from '../terminal/table.ts';
import { withUsers } from './open-users.ts';

type Action = (args: string[], context: CommandContext) => Promise<void>;

const PASSWORD_OPTIONS = { 'password-stdin': { type: 'boolean', default: false } } as const;

const add: Action = async (args, context) => {
  const { values, positionals } = parseArguments(args, {
    ...PASSWORD_OPTIONS,
    name: { type: 'string' },
  });
  const email = onlyOne(positionals, '<email>');
  const { password, generated } = await choosePassword(values['password-stdin'], context.language);
  const name = values.name === undefined ? {} : { name: values.name };
  const { user_id } = await withUsers(readStorageSettings(context.environment), (users) =>
    users.add({ email, password, ...name }),
  );
  print(context, {
    en: `${email} can sign in now (user ${user_id}).`,
    zh: `${email} 现在可以登录（用户 ${user_id}）。`,
  });
  if (generated) printPassword(context, password);
};

const list: Action = async (args, context) => {
  const { values, positionals } = parseArguments(args, {
    json: { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw wrongArguments('');
  const all = await withUsers(readStorageSettings(context.environment), (users) => users.list());
  if (values.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const rows = all.map(({ user_id, email, name, created_at }) => [
    user_id,
    email ?? '–',
    printable(name ?? '–'),
    created_at,
  ]);
  process.stdout.write(
    `${table([['user_id', 'email', 'name', 'created_at'], ...rows]).join('\n')}\n`,
  );
};

const passwd: Action = async (args, context) => {
  const { values, positionals } = parseArguments(args, PASSWORD_OPTIONS);
  const email = onlyOne(positionals, '<email>');
  const { password, generated } = await choosePassword(values['password-stdin'], context.language);
  await withUsers(readStorageSettings(context.environment), (users) =>
    users.setPassword({ email, password }),
  );
  print(context, { en: `${email} has a new password.`, zh: `${email} 的密码已更新。` });
  if (generated) printPassword(context, password);
};

const revoke: Action = async (args, context) => {
  const who = onlyOne(parseArguments(args, {}).positionals, '<email|user_id>');
  await withUsers(readStorageSettings(context.environment), (users) => users.revoke({ user: who }));
  print(context, {
    en: `Every token of ${who} is revoked; its open streams close within a second.`,
    zh: `${who} 的所有令牌均已吊销，打开的连接将在一秒内关闭。`,
  });
};

const ACTIONS: Record<string, Action> = { add, list, passwd, revoke };

export const user: Command = {
  name: 'user',
  usage: [
    {
      call: 'user add <email> [--name <name>]',
      does: { en: 'create a user who signs in by e-mail', zh: '创建用邮箱登录的用户' },
    },
    { call: 'user list [--json]', does: { en: 'list all users', zh: '列出所有用户' } },
    {
      call: 'user passwd <email>',
      does: { en: 'set a new password', zh: '重设密码' },
    },
    {
      call: 'user revoke <email|user_id>',
      does: { en: 'end all tokens and open streams of a user', zh: '吊销用户的全部令牌和连接' },
    },
  ],
  notes: {
    en: 'add and passwd ask for the password; --password-stdin reads it from stdin instead.\nAn empty answer, or no terminal to ask at: one is made and printed once.',
    zh: 'add 和 passwd 会提示输入密码，加 --password-stdin 则从标准输入读取。\n留空或没有终端时，自动生成一个并只显示一次。',
  },
  async run([name, ...args], context) {
    const action = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action) return action(args, context);
    const known = Object.keys(ACTIONS).join(', ');
    throw new UsageError({
      en: `zcbot user needs one of: ${known}`,
      zh: `zcbot user 后面需要以下之一：${known}`,
    });
  },
};

function onlyOne(positionals: string[], expected: string): string {
  const [value] = positionals;
  if (value === undefined || positionals.length !== 1) throw wrongArguments(expected);
  return value;
}

function wrongArguments(expected: string): UsageError {
  return new UsageError({
    en: expected ? `expected exactly one argument: ${expected}` : 'expected no arguments',
    zh: expected ? `需要且只需要一个参数：${expected}` : '不需要参数',
  });
}

/** Names come from other people's systems: no control character may reach the terminal. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '�');
}

function print({ language }: CommandContext, text: Text): void {
  process.stdout.write(`${say(text, language)}\n`);
}

function printPassword(context: CommandContext, password: string): void {
  print(context, {
    en: `Password (shown only this once): ${password}`,
    zh: `密码（只显示这一次）：${password}`,
  });
}
