/**
 * Settings as data. An app lists its settings once; everything else (parsing, the list of faults,
 * the table in docs/operations.md) is made from that list.
 *
 * @example
 * const settings = defineSettings({
 *   port: { name: 'ZCBOT_PORT', doc: 'Port to listen on.', schema: port, default: '8765' },
 * });
 * const { port } = parseSettings(settings, process.env);
 */
import { z } from 'zod';

export interface Setting<T = unknown> {
  /** Name of the environment variable. */
  name: string;
  /** One or two sentences for the operator: what it does, unit, what an empty value means. */
  doc: string;
  /** The same in Chinese, for docs/operations.zh-CN.md. */
  docZh?: string;
  /** Parses the raw string. Its messages say what to write instead, in `both` languages. */
  schema: z.ZodType<T, string | undefined>;
  /** Raw string used when the variable is unset or empty. None: the schema sees `undefined`. */
  default?: string;
  /** Never print the value, not even in a fault. */
  secret?: boolean;
}

export type Settings = Record<string, Setting>;

export type Parsed<S extends Settings> = {
  [K in keyof S]: S[K]['schema'] extends z.ZodType<infer T> ? T : never;
};

/** Keeps the precise type of each schema. */
export function defineSettings<const S extends Settings>(settings: S): S {
  return settings;
}

/** A sentence for the operator. */
export interface Text {
  en: string;
  zh: string;
}

/** All faults of one configuration, each naming its variable and the remedy. */
export class ConfigurationError extends Error {
  readonly texts: readonly Text[];
  constructor(texts: readonly Text[]) {
    super(summary('en', texts));
    this.name = 'ConfigurationError';
    this.texts = texts;
  }

  /** In English, without the heading. */
  get faults(): readonly string[] {
    return this.texts.map(({ en }) => en);
  }

  in(language: keyof Text): string {
    return summary(language, this.texts);
  }
}

function summary(language: keyof Text, texts: readonly Text[]): string {
  const heading = {
    en: `The configuration has ${texts.length} fault(s):`,
    zh: `配置有 ${texts.length} 处错误：`,
  };
  return [heading[language], ...texts.map((text) => `  - ${text[language]}`)].join('\n');
}

/** A schema's message in both languages; a schema knows only strings. */
export function both(en: string, zh: string): string {
  return `${en}\n${zh}`;
}

/**
 * Reads every setting from `environment`. An empty string counts as unset.
 * @param findConflicts says which values do not go together; it sees those that are valid each by
 *   itself.
 * @throws ConfigurationError naming every fault at once; secret values never appear in it.
 */
export function parseSettings<S extends Settings>(
  settings: S,
  environment: Record<string, string | undefined>,
  findConflicts: (values: Partial<Parsed<S>>) => Text[] = () => [],
): Parsed<S> {
  const values: Record<string, unknown> = {};
  const faults: Text[] = [];
  for (const [key, setting] of Object.entries(settings)) {
    const raw = environment[setting.name]?.trim() || setting.default;
    const result = setting.schema.safeParse(raw);
    if (result.success) values[key] = result.data;
    else for (const issue of result.error.issues) faults.push(fault(setting, raw, issue.message));
  }
  faults.push(...findConflicts(values as Partial<Parsed<S>>));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return values as Parsed<S>;
}

function fault(setting: Setting, raw: string | undefined, message: string): Text {
  const [en = '', zh = en] = message.split('\n');
  const value = raw === undefined || setting.secret ? null : JSON.stringify(raw);
  return {
    en: `${setting.name}${value === null ? '' : ` (now ${value})`}: ${en}`,
    zh: `${setting.name}${value === null ? '' : `（现为 ${value}）`}：${zh}`,
  };
}

const PORT_FAULT = both('must be a port number from 0 to 65535', '必须是 0 到 65535 之间的端口号');

export const port = z
  .string()
  .regex(/^\d{1,5}$/, PORT_FAULT)
  .transform(Number)
  .refine((value) => value <= 65535, PORT_FAULT);

/** A whole number between two bounds, both included. */
export function integer(bounds: { min: number; max: number; unit: Text }) {
  const { min, max, unit } = bounds;
  const message = both(
    `must be a whole number of ${unit.en} from ${min} to ${max}`,
    `必须是 ${min} 到 ${max} 之间的整数，单位：${unit.zh}`,
  );
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** A comma-separated list; spaces around items and empty items are ignored. */
export const list = z
  .string()
  .default('')
  .transform((raw) =>
    raw
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const KNOWN_SECRETS =
  /^(change[-_ ]?me|secret|password|test|example|default|your[-_ ])|^(.)\2+$|^(0123456789|1234567890|abcdef)/i;

/** What is wrong with a shared secret, or null. Short and well-known ones are refused (CWE-521, CWE-1392). */
export function weakSecret(value: string): string | null {
  const remedy = {
    en: 'make one with: openssl rand -base64 32. Put the old one in the variable of the same name ending in _PREVIOUS while you rotate.',
    zh: '可用 openssl rand -base64 32 生成；轮换期间把旧值放进同名并以 _PREVIOUS 结尾的变量。',
  };
  if (value.length < 32) {
    return both(
      `must have at least 32 characters; ${remedy.en}`,
      `至少要有 32 个字符；${remedy.zh}`,
    );
  }
  if (KNOWN_SECRETS.test(value) || new Set(value).size < 8) {
    return both(
      `is a well-known or guessable value; ${remedy.en}`,
      `是众所周知或容易猜到的值；${remedy.zh}`,
    );
  }
  return null;
}

export const secret = z
  .string(
    both(
      'is required; make one with: openssl rand -base64 32',
      '必须设置；可用 openssl rand -base64 32 生成',
    ),
  )
  .superRefine((value, context) => {
    const weakness = weakSecret(value);
    if (weakness) context.addIssue({ code: 'custom', message: weakness });
  });
