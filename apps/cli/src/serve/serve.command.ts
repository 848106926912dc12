import { expectNoArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readServerSettings } from '../config/server.ts';
import { stopRequest } from '../shutdown.ts';
import { say } from '../terminal/language.ts';
import { startConsole } from './console-server.ts';

export const serve: Command = {
  name: 'serve',
  usage: [
    {
      call: 'serve',
      does: {
        en: 'the console alone, for real use',
        zh: '只运行控制台，用于正式环境',
      },
    },
  ],
  notes: {
    en: 'Needs PLATFORM_KEY and JWT_SECRET, in the environment or in .env.',
    zh: '需要在环境变量或 .env 中设置 PLATFORM_KEY 和 JWT_SECRET。',
  },
  async run(args, { language, environment }) {
    expectNoArguments('serve', args);
    const settings = readServerSettings(environment);
    const stopAsked = stopRequest(language);
    const server = await startConsole(settings);
    const listening = {
      en: `zcbot: console on ${server.url}`,
      zh: `zcbot：控制台在 ${server.url}`,
    };
    process.stderr.write(`${say(listening, language)}\n`);
    await stopAsked;
    await server.stop();
  },
};
