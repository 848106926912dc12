/** What identifies this installation to Coze, and where Coze is. */
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
