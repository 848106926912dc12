/** The built userscript and chat page, with this gateway's settings filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SETTINGS = /\/\*zcbot:settings\*\/.*?\/\*zcbot:settings:end\*\//s;
/** What the build puts into @updateURL and @downloadURL. */
const LOOPBACK_CONNECT = /^\/\/ @connect( +)127\.0\.0\.1$/m;
const BUILT_ADDRESS = 'http://127.0.0.1:8081/coze-chat.user.js';

export interface ScriptSettings {
  brokerUrl: string;
  proxyUrl: string;
  botId?: string;
  mode: 'jwt' | 'pat';
  region: string;
  version: string;
}

export function userscriptBuild(directory: string) {
  const read = (name: string): Buffer | undefined => {
    try {
      return readFileSync(join(directory, name));
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    script(settings: ScriptSettings, pairingCode: string): string | undefined {
      // JSON in JavaScript: `<` is escaped so that no page that shows the source can be led astray.
      const json = JSON.stringify({ ...settings, pairingCode }).replaceAll('<', '\\u003c');
      const { hostname } = new URL(settings.brokerUrl);
      return (
        read('coze-chat.user.js')
          ?.toString('utf8')
          .replace(SETTINGS, () => json)
          // Without it script managers would ask the user before they let the script call us.
          .replace(LOOPBACK_CONNECT, (line, space: string) =>
            hostname === '127.0.0.1' ? line : `${line}\n// @connect${space}${hostname}`,
          )
          .replaceAll(BUILT_ADDRESS, `${settings.brokerUrl}/coze-chat.user.js`)
      );
    },
    chat: () => read('chat.js'),
  };
}
