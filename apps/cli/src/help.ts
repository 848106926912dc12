import type { Command } from './command.ts';
import { say, type Language } from './terminal/language.ts';
import { table } from './terminal/table.ts';

const FIRST_STEPS = {
  en: 'In a fresh clone, "npm start" and "npm test" do all their own set-up; use them first.',
  zh: '刚克隆下来时，请先用 npm start 或 npm test，它们会自己完成全部准备工作。',
};
const ENVIRONMENT = {
  en: 'Settings come from the environment and from .env; docs/operations.md lists them.',
  zh: '设置取自环境变量和 .env 文件，完整列表见 docs/operations.zh-CN.md。',
};

export function helpText(commands: Command[], language: Language): string {
  const rows = commands.flatMap(({ usage }) =>
    usage.map(({ call, does }) => [`  zcbot ${call}`, say(does, language)]),
  );
  const [only, ...others] = commands;
  const notes = only && others.length === 0 ? [only.notes] : [FIRST_STEPS, ENVIRONMENT];
  const lines = notes.flatMap((note) => (note ? [say(note, language)] : []));
  return `${[...table(rows), '', ...lines].join('\n').trimEnd()}\n`;
}
