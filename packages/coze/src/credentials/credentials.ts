/** What identifies this installation to Coze, and where Coze is. */
import { REGION_BASES } from '../endpoints.ts';
import { parseApiBase } from './api-base.ts';
import { Secret } from './secret.ts';

/** Text for operators and users, in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** Something found in a configuration: what is wrong and what to do, never a secret. */
export interface Finding {
  /** Stable: `private_key_missing`, `region_mixed`, … */
  code: string;
  /** Field of coze_oauth_config.json that it is about, if one. */
  field?: string;
  message: Bilingual;
}

export type Region = 'cn' | 'com' | 'custom';

interface ApiPlace {
  /** Origin without a trailing slash, e.g. `https://api.coze.cn`. Configured, never from a request. */
  apiBase: string;
  region: Region;
}

/** A service app (服务类应用): signs an assertion per session. Sessions are separated by Coze. */
export interface JwtCredentials extends ApiPlace {
  kind: 'jwt';
  /** The OAuth app's id, `iss` of the assertion. */
  clientId: string;
  /** Fingerprint of the public key, `kid` of the assertion. */
  publicKeyId: string;
  /** Non-extractable; it can sign and nothing else, and prints as `CryptoKey`. */
  privateKey: CryptoKey;
  /** Which of the three token paths is used. Default is the personal one. */
  account?: { kind: 'account'; id: string } | { kind: 'enterprise'; id: string };
}

/** A personal access token. Coze separates no sessions under it. */
export interface PatCredentials extends ApiPlace {
  kind: 'pat';
  pat: Secret;
}

export type Credentials = JwtCredentials | PatCredentials;

export type CredentialsResult<T extends Credentials = Credentials> =
  { ok: true; credentials: T; warnings: Finding[] } | { ok: false; faults: Finding[] };

/** Never throws; the token is never quoted. */
export function patCredentials(input: {
  pat: string;
  /** COZE_API_BASE. Default is coze.cn, with a warning: a PAT does not tell its region. */
  apiBase?: string;
}): CredentialsResult<PatCredentials> {
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  const pat = input.pat.trim().replace(/^Bearer\s+/i, '');
  const fault = patFault(pat);
  if (fault) faults.push(fault);
  if (!input.apiBase) {
    warnings.push({
      code: 'api_base_assumed',
      field: 'COZE_API_BASE',
      message: {
        en: `COZE_API_BASE is not set; ${REGION_BASES.cn.api} is used. For a token of coze.com set it to ${REGION_BASES.com.api}`,
        zh: `未设置 COZE_API_BASE；使用 ${REGION_BASES.cn.api}。若令牌来自 coze.com，请设为 ${REGION_BASES.com.api}`,
      },
    });
  }
  const place = parseApiBase(input.apiBase || REGION_BASES.cn.api);
  if (!place.ok) {
    const { en, zh } = place.message;
    faults.push({
      code: 'api_base_invalid',
      field: 'COZE_API_BASE',
      message: { en: `COZE_API_BASE ${en}`, zh: `COZE_API_BASE ${zh}` },
    });
  }
  if (!place.ok || faults.length > 0) return { ok: false, faults };
  const { apiBase, region } = place;
  return {
    ok: true,
    credentials: { kind: 'pat', pat: new Secret(pat), apiBase, region },
    warnings,
  };
}

function patFault(pat: string): Finding | undefined {
  const fault = (code: string, en: string, zh: string): Finding => ({
    code,
    field: 'COZE_PAT',
    message: { en, zh },
  });
  if (pat === '') {
    return fault(
      'pat_missing',
      `COZE_PAT is empty; create a personal access token at ${REGION_BASES.cn.www}/open/oauth/pats (or the same page of coze.com)`,
      `COZE_PAT 为空；请在 ${REGION_BASES.cn.www}/open/oauth/pats（或 coze.com 的同一页面）创建个人访问令牌`,
    );
  }
  if (/^(czs|czu|cztei)_/.test(pat)) {
    return fault(
      'pat_is_a_session_token',
      'COZE_PAT holds a short-lived token of an OAuth app; a personal access token starts with pat_',
      'COZE_PAT 填写的是 OAuth 应用的短期令牌；个人访问令牌以 pat_ 开头',
    );
  }
  // RFC 6750 §2.1: the characters a bearer token may have.
  if (!/^pat_[A-Za-z0-9._~+/-]{8,}=*$/.test(pat)) {
    return fault(
      'pat_malformed',
      'COZE_PAT is not a personal access token; it starts with pat_ and has no spaces: copy it again',
      'COZE_PAT 不是个人访问令牌；它以 pat_ 开头且不含空格，请重新复制',
    );
  }
  return undefined;
}

/**
 * A PAT acts for its owner's whole account and Coze separates no sessions under it, so everybody who
 * reaches the gateway would share one history and one bill. Null when that is only this machine;
 * else what to say when it is refused, and when the operator wants it all the same.
 */
export function checkPatListener(listener: {
  host: string;
}): { refusal: Finding; warning: Finding } | null {
  const host = listener.host.replace(/^\[|\]$/g, '').toLowerCase();
  const loopback = host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
  if (loopback) return null;
  const finding = (code: string, en: string, zh: string): Finding => ({
    code,
    field: 'COZE_PAT',
    message: { en, zh },
  });
  return {
    refusal: finding(
      'pat_off_loopback',
      `COZE_PAT is not used on ${listener.host}, where others can reach the gateway: they would act as the token's owner and share one chat history; use an OAuth app of type service (coze_oauth_config.json), or COZE_GATEWAY_HOST=127.0.0.1, or COZE_PAT_FORCE=yes if that is what you want`,
      `COZE_PAT 不能用于 ${listener.host}，其他人可以访问那里的网关：他们会以令牌所有者的身份操作，并共享同一份聊天记录；请改用服务类 OAuth 应用（coze_oauth_config.json），或设置 COZE_GATEWAY_HOST=127.0.0.1；如果确实需要这样，请设置 COZE_PAT_FORCE=yes`,
    ),
    warning: finding(
      'pat_forced_off_loopback',
      `COZE_PAT_FORCE: the personal access token is used on ${listener.host}: every paired install acts as its owner, and all share one chat history; use an OAuth app of type service (coze_oauth_config.json)`,
      `COZE_PAT_FORCE：个人访问令牌正用于 ${listener.host}：每个已配对的安装都以令牌所有者的身份操作，并共享同一份聊天记录；请改用服务类 OAuth 应用（coze_oauth_config.json）`,
    ),
  };
}
