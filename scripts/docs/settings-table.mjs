/** The table of settings as Markdown, made from the same data that parses them. */
import prettier from 'prettier';

/**
 * @typedef {import('@zcbot/config').Setting} Setting
 * @typedef {{ title: { en: string, zh: string }, settings: Record<string, Setting> }} App
 * @typedef {{ code: 'en' | 'zh', file: string, head: string[], required: string, unset: string }} Language
 */

/** @type {Language[]} */
export const LANGUAGES = [
  {
    code: 'en',
    file: 'operations.md',
    head: ['Variable', 'Default', 'What it does'],
    required: 'required',
    unset: '–',
  },
  {
    code: 'zh',
    file: 'operations.zh-CN.md',
    head: ['变量', '默认值', '作用'],
    required: '必填',
    unset: '–',
  },
];

const START = '<!-- settings:start -->';
const END = '<!-- settings:end -->';

/**
 * @param {App[]} apps
 * @param {Language} language
 * @returns {Promise<string>} one heading and table per app
 * @throws Error when a setting has no text in that language
 */
export async function settingsSection(apps, language) {
  const parts = apps.map(({ title, settings }) => {
    const rows = Object.values(settings).map((setting) => row(setting, language));
    const rule = language.head.map(() => '---');
    const lines = [language.head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    return `### ${title[language.code]}\n\n${lines.join('\n')}\n`;
  });
  return prettier.format(parts.join('\n'), { parser: 'markdown', printWidth: 100 });
}

/**
 * @param {Setting} setting
 * @param {Language} language
 */
function row(setting, { code, required, unset }) {
  const text = code === 'zh' ? setting.docZh : setting.doc;
  if (!text) throw new Error(`${setting.name} has no text in ${code}`);
  const mandatory = setting.default === undefined && !setting.schema.safeParse(undefined).success;
  const fallback = setting.default === undefined ? unset : `\`${setting.default}\``;
  return [
    `\`${setting.name}\``,
    mandatory ? required : fallback,
    text.replaceAll('|', '\\|').replaceAll('<', '&lt;'),
  ];
}

/**
 * @param {string} page
 * @param {string} section
 * @param {string} name for the error
 */
export function replaceBetweenMarkers(page, section, name) {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start === -1 || end < start) throw new Error(`docs/${name} lacks ${START} … ${END}`);
  return `${page.slice(0, start + START.length)}\n\n${section.trim()}\n\n${page.slice(end)}`;
}
