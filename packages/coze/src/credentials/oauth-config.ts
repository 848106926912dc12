/**
 * Reads `coze_oauth_config.json`, the file Coze's console offers when an OAuth app is created.
 * Every client type is recognised; only a service app (`jwt`) can separate users' sessions.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { oauthAppsPage } from '../endpoints.ts';
import type { CredentialsResult, Finding, JwtCredentials } from './credentials.ts';
import { clientTypeOf, explainClientType } from './client-type.ts';
import { parsePrivateKey } from './private-key.ts';
import { resolveApiBase } from './resolve-api-base.ts';

export interface OAuthConfigOptions {
  /** COZE_API_BASE, where set: wins over the file's. */
  apiBase?: string;
}

const MAX_FILE_BYTES = 64 * 1024;

/** Coze writes ids as strings; people who retype the file write numbers. */
const text = z
  .union([z.string(), z.int().nonnegative().transform(String)])
  .transform((value) => value.trim())
  .optional()
  .catch(undefined);

const ConfigFile = z.looseObject({
  client_type: text,
  client_id: text,
  app_id: text,
  coze_www_base: text,
  coze_api_base: text,
  private_key: text,
  public_key_id: text,
  client_secret: text,
  account_id: text,
  enterprise_id: text,
});

export type ConfigFile = z.infer<typeof ConfigFile>;

/** As `parseOAuthConfig`, from a file; warns when others on this machine can read the key. */
export async function readOAuthConfig(
  file: string,
  options: OAuthConfigOptions = {},
): Promise<CredentialsResult<JwtCredentials>> {
  let content: string;
  let mode: number;
  try {
    const status = await stat(file);
    mode = status.mode;
    if (status.size > MAX_FILE_BYTES)
      return unreadable(file, 'is larger than 64 KiB', '大于 64 KiB');
    content = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return unreadable(file, 'does not exist', '不存在');
    if (code === 'EACCES')
      return unreadable(file, 'may not be read by this user', '当前用户无权读取');
    if (code === 'EISDIR') return unreadable(file, 'is a folder', '是一个文件夹');
    return unreadable(file, 'cannot be read', '无法读取');
  }
  const result = await parseOAuthConfig(content, options);
  // Windows has no such bits and reports 0o666 for every file.
  if (result.ok && process.platform !== 'win32' && (mode & 0o077) !== 0) {
    result.warnings.push({
      code: 'file_readable_by_others',
      field: 'private_key',
      message: {
        en: `${file} holds a private key and other users of this machine can open it; run: chmod 600 ${file}`,
        zh: `${file} 含有私钥，而本机其他用户可以打开它；请执行：chmod 600 ${file}`,
      },
    });
  }
  return result;
}

/** Never throws for what the text holds; every fault is listed, none quotes a key. */
export async function parseOAuthConfig(
  content: string,
  options: OAuthConfigOptions = {},
): Promise<CredentialsResult<JwtCredentials>> {
  const file = parseJson(content);
  if ('code' in file) return { ok: false, faults: [file] };
  const { config } = file;
  const clientType = clientTypeOf(config);
  if (clientType !== 'jwt') return { ok: false, faults: [explainClientType(clientType, config)] };

  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  const place = resolveApiBase(config, options.apiBase);
  if (place.ok) warnings.push(...place.warnings);
  else faults.push(...place.faults);
  const page = oauthAppsPage(place.ok && place.region === 'com' ? 'com' : 'cn');
  const clientId = filled(config.client_id) ?? filled(config.app_id);
  if (clientId === undefined) faults.push(missing('client_id', page));
  else if (/\.app\.coze$/.test(clientId)) faults.push(explainClientType('web', config));
  const publicKeyId = filled(config.public_key_id);
  if (publicKeyId === undefined) faults.push(missing('public_key_id', page));
  const writtenKey = filled(config.private_key);
  const key = writtenKey === undefined ? undefined : await parsePrivateKey(writtenKey);
  if (key === undefined) faults.push(missing('private_key', page));
  else if (!key.ok) faults.push({ code: key.code, field: 'private_key', message: key.message });
  if (
    !place.ok ||
    clientId === undefined ||
    publicKeyId === undefined ||
    !key?.ok ||
    faults.length
  ) {
    return { ok: false, faults };
  }
  const account = accountOf(config);
  const credentials: JwtCredentials = {
    kind: 'jwt',
    clientId,
    publicKeyId,
    privateKey: key.key,
    apiBase: place.apiBase,
    region: place.region,
    ...(account && { account }),
  };
  return { ok: true, credentials, warnings };
}

function parseJson(content: string): { config: ConfigFile } | Finding {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    return notJson(content);
  }
  const result = ConfigFile.safeParse(value);
  if (result.success) return { config: result.data };
  return {
    code: 'not_an_object',
    message: {
      en: 'the file must hold one JSON object; download it again from the OAuth app’s page',
      zh: '文件内容必须是一个 JSON 对象；请从 OAuth 应用页面重新下载',
    },
  };
}

/** V8's own message quotes the text around the fault, which may be the key: it is not used. */
function notJson(content: string): Finding {
  const brokenKey = /"private_key"\s*:\s*"-----BEGIN[^"\\]*\n/.test(content);
  if (brokenKey) {
    return {
      code: 'private_key_line_breaks',
      field: 'private_key',
      message: {
        en: 'private_key has real line breaks, which JSON does not allow; write each as \\n, or download the file again',
        zh: 'private_key 中有真实换行，JSON 不允许；请把每个换行写成 \\n，或重新下载该文件',
      },
    };
  }
  return {
    code: 'not_json',
    message: {
      en: 'the file is not valid JSON; mend the commas and quotes, or download it again',
      zh: '文件不是合法的 JSON；请检查逗号和引号，或重新下载',
    },
  };
}

/** Undefined for what is empty or still the placeholder of some template. */
function filled(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  return /^(your[-_ ]|<|\{\{|xxx|\*\*\*|请|填)/i.test(value) ? undefined : value;
}

const WHERE_EN = {
  client_id: 'it is the id of the OAuth app',
  public_key_id: 'it is the fingerprint shown beside the public key',
  private_key: 'it is the content of private_key.pem, each line break as \\n',
};
const WHERE_ZH = {
  client_id: '即 OAuth 应用的 ID',
  public_key_id: '即公钥旁显示的指纹',
  private_key: '即 private_key.pem 的内容，换行写成 \\n',
};

function missing(field: keyof typeof WHERE_EN, page: string): Finding {
  return {
    code: `${field}_missing`,
    field,
    message: {
      en: `${field} is missing; ${WHERE_EN[field]}, see ${page}`,
      zh: `缺少 ${field}；${WHERE_ZH[field]}，见 ${page}`,
    },
  };
}

function accountOf(config: ConfigFile): JwtCredentials['account'] {
  const account = filled(config.account_id);
  if (account !== undefined) return { kind: 'account', id: account };
  const enterprise = filled(config.enterprise_id);
  return enterprise === undefined ? undefined : { kind: 'enterprise', id: enterprise };
}

function unreadable(file: string, en: string, zh: string): { ok: false; faults: Finding[] } {
  return {
    ok: false,
    faults: [
      {
        code: 'file_unreadable',
        message: {
          en: `${file} ${en}; put the coze_oauth_config.json of your OAuth app there, or name another place in COZE_OAUTH_CONFIG`,
          zh: `${file} ${zh}；请把 OAuth 应用的 coze_oauth_config.json 放在该处，或用 COZE_OAUTH_CONFIG 指定其他位置`,
        },
      },
    ],
  };
}
