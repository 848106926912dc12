/** Where a password comes from: stdin, a hidden prompt, or made here. Never an argument (ps shows it). */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError } from '../command.ts';
import { say, type Language, type Text } from './language.ts';

type Input = Readable & { isTTY?: boolean };

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
  stdin: Input = process.stdin,
): Promise<ChosenPassword> {
  if (fromStdin) {
    const password = (await text(stdin)).replace(/\r?\n$/, '');
    if (password !== '') return { password, generated: false };
    throw new CommandError({ en: 'stdin held no password.', zh: '标准输入中没有密码。' });
  }
  if (!stdin.isTTY) return { password: generatePassword(), generated: true };

  const [password, again] = await askHidden([FIRST, AGAIN], language, stdin);
  if (password === undefined) return { password: generatePassword(), generated: true };
  if (password === again) return { password, generated: false };
  throw new CommandError({ en: 'The two entries differ.', zh: '两次输入不一致。' });
}

/** Answers to the questions, none of them shown; none at all when the first one is left empty. */
async function askHidden(questions: Text[], language: Language, input: Input): Promise<string[]> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Takes the terminal over before anything is asked, so that not even fast typing is echoed.
  const prompt = createInterface({ input, output: silent, terminal: true, historySize: 0 });
  prompt.once('SIGINT', () => prompt.close());
  // The iterator keeps lines that come before their question, as a paste brings them.
  const lines = prompt[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      process.stderr.write(say(question, language));
      const line = await lines.next();
      process.stderr.write('\n');
      if (line.done) throw new CommandError({ en: 'Cancelled.', zh: '已取消。' });
      if (line.value === '' && answers.length === 0) return [];
      answers.push(line.value);
    }
    return answers;
  } finally {
    prompt.close();
  }
}

const FIRST = { en: 'Password (empty: make one): ', zh: '密码（留空则自动生成）：' };
const AGAIN = { en: 'Once more: ', zh: '再输入一次：' };
