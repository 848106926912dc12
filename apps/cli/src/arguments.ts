import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * `node:util`'s parseArgs, strict, with our own error.
 * @throws UsageError for an unknown option or a surplus argument
 */
export function parseArguments<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError({ en: message, zh: `参数有误：${message}` });
  }
}

/** @throws UsageError when anything follows the command */
export function expectNoArguments(command: string, args: string[]): void {
  const { positionals } = parseArguments(args, {});
  if (positionals.length === 0) return;
  throw new UsageError({
    en: `zcbot ${command} takes no arguments; found ${positionals.join(' ')}`,
    zh: `zcbot ${command} 不接受参数，却收到了：${positionals.join(' ')}`,
  });
}
