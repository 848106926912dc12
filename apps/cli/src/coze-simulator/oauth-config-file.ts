/** The simulator's coze_oauth_config.json on disk. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import type { OAuthConfigFile } from '@zcbot/coze-simulator';
import { CommandError } from '../command.ts';

/**
 * Written whole or not at all, readable by its owner only. A file of an earlier simulator is
 * replaced; any other is left alone, since it may hold the only copy of a real key.
 * @throws CommandError when there is such a file, or it cannot be written
 */
export async function writeOAuthConfig(file: string, config: OAuthConfigFile): Promise<void> {
  if (!(await isReplaceable(file))) {
    throw new CommandError({
      en: `${file} is there already and was not written by a simulator. Name another file.`,
      zh: `${file} 已经存在，而且不是模拟器写的。请换一个文件名。`,
    });
  }
  const unfinished = `${file}.${process.pid}`;
  try {
    await writeFile(unfinished, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    await chmod(unfinished, 0o600);
    await rename(unfinished, file);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    const text = {
      en: `${file} cannot be written (${code}).`,
      zh: `无法写入 ${file}（${code}）。`,
    };
    throw new CommandError(text, { cause: error });
  }
}

async function isReplaceable(file: string): Promise<boolean> {
  try {
    const { coze_api_base } = JSON.parse(await readFile(file, 'utf8')) as Partial<OAuthConfigFile>;
    return typeof coze_api_base === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(coze_api_base);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
