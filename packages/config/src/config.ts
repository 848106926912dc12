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
  /** Parses the raw string. Its messages say what to write instead. */
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

/** All faults of one configuration, each naming its variable and the remedy. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault(s):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/**
 * Reads every setting from `environment`. An empty string counts as unset.
 * @param findConflicts sentences about values that do not go together; it sees those that are
 *   valid each by itself.
 * @throws ConfigurationError naming every fault at once; secret values never appear in it.
 */
export function parseSettings<S extends Settings>(
  settings: S,
  environment: Record<string, string | undefined>,
  findConflicts: (values: Partial<Parsed<S>>) => string[] = () => [],
): Parsed<S> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
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

function fault(setting: Setting, raw: string | undefined, message: string): string {
  const shown = raw === undefined || setting.secret ? '' : ` (now ${JSON.stringify(raw)})`;
  return `${setting.name}${shown}: ${message}`;
}

export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65535, 'must be a port number from 0 to 65535');

/** A whole number between two bounds, both included. */
export function integer(bounds: { min: number; max: number; unit: string }) {
  const message = `must be a whole number of ${bounds.unit} from ${bounds.min} to ${bounds.max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= bounds.min && value <= bounds.max, message);
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

/** Faults of a shared secret, or null. Short and well-known ones are refused (CWE-521, CWE-1392). */
export function weakSecret(value: string): string | null {
  const rotate =
    'Put the old one in the variable of the same name ending in _PREVIOUS while you rotate.';
  if (value.length < 32) {
    return `must have at least 32 characters; make one with: openssl rand -base64 32. ${rotate}`;
  }
  if (KNOWN_SECRETS.test(value) || new Set(value).size < 8) {
    return `is a well-known or guessable value; make one with: openssl rand -base64 32. ${rotate}`;
  }
  return null;
}

export const secret = z
  .string('is required; make one with: openssl rand -base64 32')
  .superRefine((value, context) => {
    const weakness = weakSecret(value);
    if (weakness) context.addIssue({ code: 'custom', message: weakness });
  });
