import { say, type Language, type Text } from '../terminal/language.ts';
import { table } from '../terminal/table.ts';
import type { Result, Status } from './check.ts';

const MARKS: Record<Status, string> = { ok: '✓', warn: '!', fail: '✗', skip: '–' };

/** One line each: mark, what was looked at, what was found, what to do. */
export function reportText(results: Result[], language: Language): string {
  const rows = results.map(({ status, what, message, remedy }) => [
    `  ${MARKS[status]}`,
    say(what, language),
    say(message, language) + (remedy ? ` → ${say(remedy, language)}` : ''),
  ]);
  return ['', ...table(rows), '', `  ${say(summary(results), language)}`, ''].join('\n') + '\n';
}

export function reportJson(results: Result[], language: Language): string {
  const entries = results.map(({ id, status, message, remedy }) => ({
    id,
    status,
    message: say(message, language),
    remedy: remedy ? say(remedy, language) : null,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

export function hasFailed(results: Result[]): boolean {
  return results.some(({ status }) => status === 'fail');
}

function summary(results: Result[]): Text {
  const count = (status: Status) => results.filter((result) => result.status === status).length;
  const [ok, warn, fail, skip] = [count('ok'), count('warn'), count('fail'), count('skip')];
  return {
    en: `${ok} fine, ${warn} to look at, ${fail} broken, ${skip} not checked`,
    zh: `正常 ${ok} 项，需留意 ${warn} 项，有问题 ${fail} 项，未检查 ${skip} 项`,
  };
}
