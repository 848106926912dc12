/** Where a password comes from: stdin, a hidden prompt, or made here. Never an argument (ps shows it). */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError } from '../command.ts';
import { say, type Language } from './language.ts';

export interface ChosenPassword {
  password: string;
  /** Made here: the caller prints it once, since nobody knows it. */
  generated: boolean;
}

/** 96 bits, in letters and digits only so that it can be double-clicked and typed. */
export function generatePassword(): string {
  const alphabet = '23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
  let password = '';
  while (password.length < 17) {
    for (const byte of randomBytes(32)) {
      // Bytes past the last whole multiple would favour the first letters.
      if (byte < 256 - (256 % alphabet.length)) password += alphabet[byte % alphabet.length] ?? '';
    }
  }
  return password.slice(0, 17);
}

/**
 * @param fromStdin `--password-stdin`: the whole of stdin, without its last line break
 * @throws CommandError when stdin is empty or the two entries differ
 */
export async function choosePassword(
  fromStdin: boolean,
  language: Language,
): Promise<ChosenPassword> {
  if (fromStdin) {
    const password = (await text(process.stdin)).replace(/\r?\n$/, '');
    if (password !== '') return { password, generated: false };
    throw new CommandError({ en: 'stdin held no password.', zh: '标准输入中没有密码。' });
  }
  if (!process.stdin.isTTY) return { password: generatePassword(), generated: true };

  const first = { en: 'Password (empty: make one): ', zh: '密码（留空则自动生成）：' };
  const password = await promptHidden(say(first, language));
  if (password === '') return { password: generatePassword(), generated: true };
  const again = await promptHidden(say({ en: 'Once more: ', zh: '再输入一次：' }, language));
  if (again === password) return { password, generated: false };
  throw new CommandError({ en: 'The two entries differ.', zh: '两次输入不一致。' });
}

async function promptHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  const interrupted = new Promise<never>((_, reject) => {
    prompt.once('SIGINT', () => reject(new CommandError({ en: 'Cancelled.', zh: '已取消。' })));
  });
  try {
    return await Promise.race([prompt.question(''), interrupted]);
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
