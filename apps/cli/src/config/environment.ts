/** The environment as commands see it: the process's own, completed from `.env`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { CommandError, type Environment } from '../command.ts';

/** Relative paths in settings start here. */
export const PROJECT_ROOT = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../../..',
);

/**
 * A variable that is set, even to nothing, is never overridden by `.env`.
 * @throws CommandError when `.env` is there but cannot be read
 */
export async function readEnvironment(
  environment: Environment,
  root = PROJECT_ROOT,
): Promise<Environment> {
  try {
    return { ...parseEnv(await readFile(path.join(root, '.env'), 'utf8')), ...environment };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...environment };
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      { en: `.env cannot be read: ${reason}`, zh: `无法读取 .env：${reason}` },
      { cause: error },
    );
  }
}

export function fromProjectRoot(place: string): string {
  return path.resolve(PROJECT_ROOT, place);
}
