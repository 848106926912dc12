import type { Language, Text } from './terminal/language.ts';

export type Environment = Record<string, string | undefined>;

export interface CommandContext {
  language: Language;
  /** The process's environment, completed from `.env`. */
  environment: Environment;
}

export interface Command {
  name: string;
  /** One line each, as `zcbot help` shows them: how to call it, and what it does. */
  usage: { call: string; does: Text }[];
  /** More, shown by `zcbot help <command>` only. */
  notes?: Text;
  /**
   * @returns the exit code; nothing means 0
   * @throws UsageError when called wrongly
   * @throws CommandError when it cannot be done, saying what to do instead
   */
  run(args: string[], context: CommandContext): Promise<number | void>;
}

/** Expected failure: its text is shown without a stack trace, exit code 1. */
export class CommandError extends Error {
  readonly text: Text;
  constructor(text: Text, options?: { cause: unknown }) {
    super(text.en, options);
    this.name = 'CommandError';
    this.text = text;
  }
}

/** Called wrongly: exit code 2. */
export class UsageError extends CommandError {
  constructor(text: Text) {
    super(text);
    this.name = 'UsageError';
  }
}
