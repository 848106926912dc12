/** The metadata block, typed. https://violentmonkey.github.io/api/metadata-block/ */

export interface UserscriptHeader {
  name: string;
  /** Localised names by BCP 47 tag. */
  names: Record<string, string>;
  description: string;
  descriptions: Record<string, string>;
  namespace: string;
  version: string;
  license: string;
  match: readonly string[];
  grant: readonly string[];
  connect: readonly string[];
  runAt: 'document-start' | 'document-body' | 'document-end' | 'document-idle';
  updateUrl: string;
}

/** The broker puts its own address in the place of this one when it serves the script. */
export const BUILT_ADDRESS = 'http://127.0.0.1:8081/coze-chat.user.js';

export function userscriptHeader(version: string): UserscriptHeader {
  return {
    name: 'zcbot Coze chat',
    names: { 'zh-CN': 'zcbot 扣子聊天' },
    description: 'Your Coze bot on any page, through your own gateway. No token in the page.',
    descriptions: { 'zh-CN': '在任意网页上使用你的扣子智能体，经由你自己的网关，页面中没有令牌。' },
    namespace: 'zcbot',
    version,
    license: 'MIT',
    match: ['*://*/*'],
    grant: [
      'GM_xmlhttpRequest',
      'GM_getValue',
      'GM_setValue',
      'GM_deleteValue',
      'GM_addValueChangeListener',
      'GM_removeValueChangeListener',
      'GM_registerMenuCommand',
      'GM_unregisterMenuCommand',
      'GM_addElement',
      'GM_openInTab',
      'GM_info',
    ],
    // Managers ask the user about every other host; both names of loopback are needed.
    connect: ['127.0.0.1', 'localhost', 'self'],
    runAt: 'document-idle',
    updateUrl: BUILT_ADDRESS,
  };
}

/** The block as managers parse it: one `// @key value` per line. */
export function metadataBlock(header: UserscriptHeader): string {
  const rows: [string, string][] = [
    ['name', header.name],
    ...Object.entries(header.names).map(([tag, text]): [string, string] => [`name:${tag}`, text]),
    ['namespace', header.namespace],
    ['version', header.version],
    ['description', header.description],
    ...Object.entries(header.descriptions).map(([tag, text]): [string, string] => [
      `description:${tag}`,
      text,
    ]),
    ['license', header.license],
    ...header.match.map((pattern): [string, string] => ['match', pattern]),
    ...header.grant.map((name): [string, string] => ['grant', name]),
    ...header.connect.map((host): [string, string] => ['connect', host]),
    ['run-at', header.runAt],
    ['noframes', ''],
    // Away from the page's own world, where the page could replace what this script calls.
    ['inject-into', 'content'],
    ['sandbox', 'DOM'],
    ['updateURL', header.updateUrl],
    ['downloadURL', header.updateUrl],
  ];
  for (const [key, value] of rows) {
    if (/[\r\n]/.test(value)) throw new Error(`@${key} must be one line`);
  }
  const width = Math.max(...rows.map(([key]) => key.length)) + 2;
  const lines = rows.map(([key, value]) => `// @${key.padEnd(width)}${value}`.trimEnd());
  return ['// ==UserScript==', ...lines, '// ==/UserScript=='].join('\n');
}
