/** Where Coze lives. The two regions share nothing: apps, keys, tokens and bots are not interchangeable. */

export const REGION_BASES = {
  cn: { api: 'https://api.coze.cn', www: 'https://www.coze.cn' },
  com: { api: 'https://api.coze.com', www: 'https://www.coze.com' },
} as const;

/**
 * Coze's own hosts and the CDNs its SDKs load from, which a gateway may forward to without further
 * configuration; `*.` stands for any subdomain.
 */
export const COZE_HOSTS = [
  'coze.cn',
  '*.coze.cn',
  'coze.com',
  '*.coze.com',
  'lf3-static.bytednsdoc.com',
  'sf16-va.tiktokcdn.com',
] as const;

/** Web SDK bundle of a version, e.g. `1.2.0-beta.20` (docs: install_web_sdk). */
export function webSdkUrl(region: 'cn' | 'com', version: string): string {
  const file = encodeURIComponent(version);
  return region === 'cn'
    ? `https://lf-cdn.coze.cn/obj/unpkg/flow-platform/chat-app-sdk/${file}/libs/cn/index.js`
    : `https://sf-cdn.coze.com/obj/unpkg-va/flow-platform/chat-app-sdk/${file}/libs/oversea/index.js`;
}

export const TOKEN_PATHS = {
  personal: '/api/permission/oauth2/token',
  account: (id: string) => `/api/permission/oauth2/account/${encodeURIComponent(id)}/token`,
  enterprise: (id: string) =>
    `/api/permission/oauth2/enterprise_id/${encodeURIComponent(id)}/token`,
} as const;

/** Where an operator creates the OAuth app this product needs. */
export function oauthAppsPage(region: 'cn' | 'com'): string {
  return `${REGION_BASES[region].www}/open/oauth/apps`;
}
