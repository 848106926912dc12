/** The debug log: off unless switched on, and never with a secret in it. */

const SECRETS = [
  /\b(pat|czs|czu|cztei)_[\w-]+/g,
  /\bsession_[0-9a-z]+_[\w-]+/gi,
  /\bBearer\s+[\w.~+/=-]+/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
];

export interface Log {
  debug(...words: unknown[]): void;
}

export function maskSecrets(text: string, known: readonly string[] = []): string {
  let masked = text;
  for (const secret of known) if (secret.length > 7) masked = masked.replaceAll(secret, '•••');
  for (const pattern of SECRETS) masked = masked.replace(pattern, '•••');
  return masked;
}

/** @param known secrets of no recognisable shape, such as the pairing key */
export function createLog(enabled: () => boolean, known: () => readonly string[]): Log {
  return {
    debug(...words) {
      if (!enabled()) return;
      const text = words
        .map((word) => (typeof word === 'string' ? word : describe(word)))
        .join(' ');
      console.debug(`[zcbot] ${maskSecrets(text, known())}`);
    },
  };
}

function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
