/** `zcbot <command>`: finds the command, runs it, and turns what it throws into one clear message. */
import { ConfigurationError } from '@zcbot/config';
import { CommandError, UsageError, type Command } from './command.ts';
import { readEnvironment } from './config/environment.ts';
import { cozeSimulator } from './coze-simulator/coze-simulator.command.ts';
import { doctor } from './doctor/doctor.command.ts';
import { auth, gateway, proxy } from './gateway/gateway.command.ts';
import { helpText } from './help.ts';
import { endWithParent } from './end-with-parent.ts';
import { serve } from './serve/serve.command.ts';
import { start } from './start/start.command.ts';
import { pickLanguage, say } from './terminal/language.ts';
import { user } from './user/user.command.ts';
import { version } from './version.ts';

/** Every command, in the order `zcbot help` lists them. A new one is entered here. */
const COMMANDS: Command[] = [
  start,
  serve,
  gateway,
  proxy,
  auth,
  cozeSimulator,
  doctor,
  user,
  version,
];

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** @returns the exit code: 0, 1 when the command failed or found a fault, 2 when it was called wrongly. */
export async function main(args: string[]): Promise<number> {
  endWithParent(process.env);
  const language = pickLanguage(process.env);
  const [name = 'help', ...rest] = args.map((argument, position) =>
    position === 0 ? (LONG_FORMS.get(argument) ?? argument) : argument,
  );
  const command = COMMANDS.find((known) => known.name === name);
  try {
    if (name === 'help' || (command && rest.some((word) => word === '--help' || word === '-h'))) {
      const asked = command ?? COMMANDS.find((known) => known.name === rest[0]);
      process.stdout.write(helpText(asked ? [asked] : COMMANDS, language));
      return 0;
    }
    if (command === undefined) {
      throw new UsageError({
        en: `"${name}" is not a zcbot command. Commands: ${names()}, help.`,
        zh: `没有“${name}”这个命令。可用的命令：${names()}、help。`,
      });
    }
    const context = { language, environment: await readEnvironment(process.env) };
    return (await command.run(rest, context)) ?? 0;
  } catch (error) {
    return complain(error, language);
  }
}

const LONG_FORMS = new Map([
  ['-h', 'help'],
  ['--help', 'help'],
  ['-v', 'version'],
  ['--version', 'version'],
]);

function names(): string {
  return COMMANDS.map((command) => command.name).join(', ');
}

function complain(error: unknown, language: 'en' | 'zh'): number {
  if (error instanceof UsageError || error instanceof CommandError) {
    process.stderr.write(`zcbot: ${say(error.text, language)}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
  }
  if (error instanceof ConfigurationError) {
    process.stderr.write(`zcbot: ${error.in(language)}\n`);
    return EXIT_FAILURE;
  }
  // A fault of ours: the stack is what a bug report needs.
  process.stderr.write(`zcbot: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_FAILURE;
}
