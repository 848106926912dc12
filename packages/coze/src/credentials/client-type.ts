/** Which kind of OAuth app a configuration file belongs to, and what to create instead. */
import { oauthAppsPage } from '../endpoints.ts';
import { regionOf } from './api-base.ts';
import type { Finding } from './credentials.ts';
import type { ConfigFile } from './oauth-config.ts';

export type ClientType = 'jwt' | 'web' | 'pkce' | 'device' | 'unknown';

/** Coze's own samples use `server` and `single_page` as well. */
const WRITTEN: Record<string, ClientType> = {
  jwt: 'jwt',
  server: 'jwt',
  service: 'jwt',
  web: 'web',
  pkce: 'pkce',
  single_page: 'pkce',
  device: 'device',
};

export function clientTypeOf(config: ConfigFile): ClientType {
  const written = config.client_type?.toLowerCase();
  if (written) return WRITTEN[written] ?? 'unknown';
  if (config.private_key !== undefined || config.public_key_id !== undefined) return 'jwt';
  return config.client_secret === undefined ? 'unknown' : 'web';
}

const NAMES = {
  web: { en: 'a web application (client_type "web")', zh: 'Web 后端应用（client_type 为 "web"）' },
  pkce: { en: 'a single-page app (client_type "pkce")', zh: '单页面应用（client_type 为 "pkce"）' },
  device: {
    en: 'a TV or device app (client_type "device")',
    zh: '设备应用（client_type 为 "device"）',
  },
  unknown: { en: 'an app of unknown client_type', zh: '未知类型（client_type）的应用' },
};

export function explainClientType(type: Exclude<ClientType, 'jwt'>, config: ConfigFile): Finding {
  const www = config.coze_www_base ?? config.coze_api_base ?? '';
  const host = URL.canParse(www) ? new URL(www).hostname : '';
  const page = oauthAppsPage(regionOf(host) === 'com' ? 'com' : 'cn');
  return {
    code: type === 'unknown' ? 'client_type_unknown' : `client_type_${type}`,
    field: 'client_type',
    message: {
      en: `this file belongs to ${NAMES[type].en}, where every user would have to log in to Coze; create a new OAuth app of type "Normal" with client type "Service application" (client_type "jwt") at ${page}, and download its coze_oauth_config.json`,
      zh: `该文件属于${NAMES[type].zh}，这种应用要求每个用户登录扣子；请在 ${page} 新建一个“普通”类型、客户端类型为“服务类应用”（client_type 为 "jwt"）的 OAuth 应用，并下载它的 coze_oauth_config.json`,
    },
  };
}
