/**
 * What can be set. In order: what the user chose (manager storage), what the broker filled in when it
 * served the script, the defaults. All of it is checked: storage outlives versions.
 */
import type { Storage } from '../storage.ts';

export type Region = 'cn' | 'com';
export type ChatMode = 'auto' | 'sdk' | 'widget';
/** `jwt` and `pat`: the gateway attaches the token. `own-pat`: one typed into these settings. */
export type AuthMode = 'jwt' | 'pat' | 'own-pat';
export type Position = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';
export type LanguageChoice = 'auto' | 'zh' | 'en';

export interface Settings {
  botId: string;
  brokerUrl: string;
  proxyUrl: string;
  region: Region;
  auth: AuthMode;
  chat: ChatMode;
  position: Position;
  language: LanguageChoice;
  debug: boolean;
  /** Version of the official Web SDK. */
  sdkVersion: string;
  /** Address of the SDK's bundle, in place of the one that region and version give. */
  sdkUrl: string;
  /** A personal access token; used for `own-pat` only. */
  pat: string;
  /** Coze's API for `own-pat`, in place of the region's. */
  apiBase: string;
}

export const DEFAULTS: Settings = {
  botId: '',
  brokerUrl: 'http://127.0.0.1:8081',
  proxyUrl: 'http://127.0.0.1:8080',
  region: 'cn',
  auth: 'jwt',
  chat: 'auto',
  position: 'bottom-right',
  language: 'auto',
  debug: false,
  sdkVersion: '1.2.0-beta.20',
  sdkUrl: '',
  pat: '',
  apiBase: '',
};

const STORED = 'zcbot_settings';

type Check<T> = (value: unknown) => value is T;
const oneOf =
  <T extends string>(...allowed: T[]): Check<T> =>
  (value): value is T =>
    allowed.includes(value as T);
const text =
  (pattern: RegExp): Check<string> =>
  (value): value is string =>
    typeof value === 'string' && pattern.test(value);
const boolean: Check<boolean> = (value): value is boolean => typeof value === 'boolean';

export function isAddress(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, pathname, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && pathname === '/' && !search && !hash;
}

const CHECKS: { [Name in keyof Settings]: Check<Settings[Name]> } = {
  botId: text(/^\d{0,25}$/),
  brokerUrl: isAddress,
  proxyUrl: isAddress,
  region: oneOf('cn', 'com'),
  auth: oneOf('jwt', 'pat', 'own-pat'),
  chat: oneOf('auto', 'sdk', 'widget'),
  position: oneOf('bottom-right', 'bottom-left', 'top-right', 'top-left'),
  language: oneOf('auto', 'zh', 'en'),
  debug: boolean,
  sdkVersion: text(/^\d+\.\d+\.\d+[\w.-]*$/),
  sdkUrl: text(/^(https?:\/\/\S+)?$/),
  pat: text(/^\S*$/),
  apiBase: (value): value is string => value === '' || isAddress(value),
};

/** Only what is known and well-formed; an address loses its trailing slash. */
export function validSettings(value: unknown): Partial<Settings> {
  if (typeof value !== 'object' || value === null) return {};
  const given = value as Record<string, unknown>;
  const known = Object.entries(CHECKS).filter(
    ([name, check]) => given[name] !== undefined && check(given[name]),
  );
  return Object.fromEntries(
    known.map(([name]) => {
      const found = given[name];
      const address = typeof found === 'string' && /Url$|Base$/.test(name);
      return [name, address && name !== 'sdkUrl' ? found.replace(/\/$/, '') : found];
    }),
  );
}

/** What the broker puts into the script it serves. */
export interface Served {
  settings: Partial<Settings>;
  pairingCode: string | undefined;
}

export function readServed(value: unknown): Served {
  const given = (typeof value === 'object' && value !== null ? value : {}) as {
    mode?: unknown;
    pairingCode?: unknown;
  };
  return {
    settings: validSettings({ ...given, auth: given.mode }),
    pairingCode: typeof given.pairingCode === 'string' ? given.pairingCode : undefined,
  };
}

export interface SettingsStore {
  get(): Settings;
  change(changes: Partial<Settings>): void;
  /** Calls back when another tab changed something. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

export function createSettings(storage: Storage, served: Partial<Settings>): SettingsStore {
  const chosen = (): Partial<Settings> => validSettings(storage.read(STORED));
  return {
    get: () => ({ ...DEFAULTS, ...served, ...chosen() }),
    change(changes) {
      const defaults: Partial<Settings> = { ...DEFAULTS, ...served };
      const all = { ...chosen(), ...validSettings(changes) };
      // What equals the default is not kept, so that a gateway that moves takes the script along.
      const kept = Object.entries(all).filter(
        ([name, value]) => value !== defaults[name as keyof Settings],
      );
      storage.write(STORED, Object.fromEntries(kept));
    },
    onChange: (listener, signal) => storage.onChange(STORED, listener, signal),
  };
}
