import { CozeError } from '@zcbot/coze/errors';
import { finding, printable, type Finding } from './check.ts';

/** What went wrong with Coze, in its words and ours. @throws `error` when it is not Coze's */
export function failure(error: unknown): Finding {
  if (!(error instanceof CozeError)) throw error;
  const { message, remedy, code, detail, logid } = error;
  const said = [code, detail, logid === undefined ? undefined : `logid ${logid}`]
    .filter((part) => part !== undefined && part !== '' && !message.includes(String(part)))
    .join(', ');
  const text = printable(said === '' ? message : `${message} (${said})`);
  return finding('fail', { en: text, zh: text }, remedy);
}
