/**
 * How hard a session name is to guess. Where the name itself is the secret (the loopback broker
 * without pairing), a weak one lets another program or page of the machine read its history.
 *
 * An estimate, made to be right about the names seen in practice: words and timestamps count little,
 * repeated and counted-up characters count nothing, the rest counts by its alphabet.
 */

/** Below this a page and doctor warn. */
export const WEAK_NAME_BITS = 96;

/** Words cost a dictionary, however long they are. */
const WORD_BITS = 12;
/** A moment within the last years, to the millisecond. */
const TIMESTAMP_BITS = 20;

export function estimateEntropyBits(name: string): number {
  const parts = splitUuid(name) ?? name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return Math.floor(parts.reduce((bits, part) => bits + partBits(part), 0));
}

/** The dashes of a UUID separate nothing; the version and variant digits are known. */
function splitUuid(name: string): string[] | undefined {
  const match =
    /^(.*?)([0-9a-f]{8})-([0-9a-f]{4})-[1-8]([0-9a-f]{3})-[0-9a-f]([0-9a-f]{3})-([0-9a-f]{12})$/i.exec(
      name,
    );
  if (!match) return undefined;
  const [, prefix = '', ...digits] = match;
  return [...prefix.split(/[^\p{L}\p{N}]+/u).filter(Boolean), digits.join('')];
}

function partBits(part: string): number {
  if (isTimestamp(part)) return TIMESTAMP_BITS;
  const bits = surprisingCharacters(part) * Math.log2(alphabetSize(part));
  const looksLikeWord = /^\p{L}+$/u.test(part) && part.length <= 16 && isOneCase(part);
  return looksLikeWord ? Math.min(bits, WORD_BITS) : bits;
}

/** Date.now() in base 10 or 36, or epoch seconds, between 2015 and 2045. */
function isTimestamp(part: string): boolean {
  const milliseconds = /^\d{13}$/.test(part)
    ? Number(part)
    : /^\d{10}$/.test(part)
      ? Number(part) * 1000
      : /^[0-9a-z]{8}$/.test(part)
        ? Number.parseInt(part, 36)
        : Number.NaN;
  return milliseconds > Date.UTC(2015) && milliseconds < Date.UTC(2045);
}

/** Without those that go on as the two before them did: aaaa, 1234, zyxw; or repeat the start. */
function surprisingCharacters(part: string): number {
  const codes = Array.from(part, (character) => character.codePointAt(0) ?? 0);
  let count = 0;
  for (const [index, code] of codes.entries()) {
    const step = code - (codes[index - 1] ?? Number.NaN);
    const before = (codes[index - 1] ?? Number.NaN) - (codes[index - 2] ?? Number.NaN);
    if (Math.abs(step) <= 1 && step === before) continue;
    count += 1;
  }
  const period = repetitionPeriod(part);
  return Math.min(count, period ?? count);
}

/** Length of the shortest beginning of which the whole part is a repetition, if there is one. */
function repetitionPeriod(part: string): number | undefined {
  const period = (part + part).indexOf(part, 1);
  return period < part.length ? period : undefined;
}

function isOneCase(part: string): boolean {
  return part === part.toLowerCase() || part.slice(1) === part.slice(1).toLowerCase();
}

function alphabetSize(part: string): number {
  if (/^\d+$/.test(part)) return 10;
  if (/^([0-9a-f]+|[0-9A-F]+)$/.test(part)) return 16;
  if (/^([0-9a-z]+|[0-9A-Z]+)$/.test(part)) return /\d/.test(part) ? 36 : 26;
  return 62;
}
