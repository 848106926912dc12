/** What holds secrets must be readable by its owner only. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fromProjectRoot } from '../../config/environment.ts';
import { finding, type Check, type Finding } from '../check.ts';

const IN_DATA_FOLDER = [
  'secrets.json',
  'zcbot.sqlite',
  'zcbot.sqlite-wal',
  'coze-session-secret',
  'coze-installs.json',
  'coze-install-links.json',
  'coze-audit.log',
];
const SESSION_SECRET_BYTES = 32;

export const privateFiles: Check = {
  id: 'files',
  what: { en: 'Private files', zh: '私密文件' },
  async run({ gateway: { dataDirectory } }) {
    const files = IN_DATA_FOLDER.map((name) => path.join(dataDirectory, name));
    const looked = await Promise.all([...files, fromProjectRoot('.env')].map(openToOthers));
    const found = [
      ...looked.filter((result) => result !== null),
      ...(await sessionSecretFault(path.join(dataDirectory, 'coze-session-secret'))),
    ];
    if (found.length > 0) return found;
    return [
      finding('ok', {
        en: `nothing in ${dataDirectory} is readable by other users`,
        zh: `${dataDirectory} 中没有其他用户可读的私密文件`,
      }),
    ];
  },
};

async function openToOthers(file: string): Promise<Finding | null> {
  // Windows has no such bits and reports 0o666 for every file.
  if (process.platform === 'win32') return null;
  const mode = await stat(file).then(
    (status) => status.mode,
    () => 0,
  );
  if ((mode & 0o077) === 0) return null;
  return {
    about: path.basename(file),
    status: 'warn',
    message: {
      en: `${file} can be opened by other users of this machine`,
      zh: `${file} 可以被本机其他用户打开`,
    },
    remedy: { en: `chmod 600 ${file}`, zh: `请执行：chmod 600 ${file}` },
  };
}

async function sessionSecretFault(file: string): Promise<Finding[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : '',
  );
  if (text === null) return [];
  if (Buffer.from(text.trim(), 'base64url').length === SESSION_SECRET_BYTES) return [];
  return [
    {
      about: 'coze-session-secret',
      status: 'fail',
      message: {
        en: `${file} is damaged or cannot be read; the gateway will not start`,
        zh: `${file} 已损坏或无法读取，网关将无法启动`,
      },
      remedy: {
        en: 'restore it from a backup: without it every Coze history is out of reach',
        zh: '请从备份恢复：没有它就找不回任何扣子聊天记录',
      },
    },
  ];
}
