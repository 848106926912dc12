/** Everything, for trying it: secrets, console, example platform, Coze gateway, a first user. */
import { parseSettings } from '@zcbot/config';
import { expectNoArguments } from '../arguments.ts';
import type { Command, Environment } from '../command.ts';
import { readOrMakeSecrets } from '../config/secrets.ts';
import { readServerSettings, readStorageSettings } from '../config/server.ts';
import { startSettings } from '../config/settings.ts';
import { startConsole } from '../serve/console-server.ts';
import { stopRequest } from '../shutdown.ts';
import { say } from '../terminal/language.ts';
import { startCozeGateway } from './coze-gateway.ts';
import { ensureFirstUser } from './first-user.ts';
import { startPortal } from './portal.ts';
import { welcome } from './welcome.ts';

export const start: Command = {
  name: 'start',
  usage: [
    {
      call: 'start',
      does: {
        en: 'everything, for trying it: console, example platform, Coze gateway (npm start)',
        zh: '试用：同时运行控制台、示例平台和扣子网关（即 npm start）',
      },
    },
  ],
  async run(args, { language, environment }) {
    expectNoArguments('start', args);
    const { portalPort } = parseSettings(startSettings, environment);
    const settings = readServerSettings(await withSecrets(environment));
    const stopAsked = stopRequest(language);
    const stops: (() => Promise<void>)[] = [];
    try {
      const server = await startConsole(settings, { trustLoopbackParents: true });
      stops.push(() => server.stop());
      const consoleUrl = settings.publicOrigin ?? browserAddress(server.url);
      const portal = await startPortal({
        port: portalPort,
        consoleOrigin: consoleUrl,
        platformKey: settings.platformKey,
        environment,
      });
      stops.push(() => portal.stop());
      const gateway = await startCozeGateway(environment);
      stops.push(() => gateway.stop());
      for (const warning of gateway.warnings) {
        process.stderr.write(`zcbot: ${say(warning, language)}\n`);
      }
      const firstUser = await ensureFirstUser(settings);
      const started = {
        portalUrl: portal.url,
        consoleUrl,
        brokerUrl: browserAddress(gateway.brokerUrl),
        simulated: gateway.simulated,
        ...firstUser,
        dataDirectory: settings.dataDirectory,
      };
      process.stdout.write(welcome(started, language));
      await stopAsked;
    } finally {
      await Promise.all(stops.map((stop) => stop()));
    }
  },
};

/** What the operator set stands; only what is missing comes from the data folder. */
async function withSecrets(environment: Environment): Promise<Environment> {
  if (environment.PLATFORM_KEY && environment.JWT_SECRET) return environment;
  const { dataDirectory } = readStorageSettings(environment);
  const made = await readOrMakeSecrets(dataDirectory);
  return {
    ...environment,
    PLATFORM_KEY: environment.PLATFORM_KEY || made.PLATFORM_KEY,
    JWT_SECRET: environment.JWT_SECRET || made.JWT_SECRET,
  };
}

/** A browser cannot open the "every address" address. */
function browserAddress(url: string): string {
  return url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//127.0.0.1');
}
