/**
 * The last gate before the log: whatever a log call was given, no configured secret, bearer token,
 * JWT or password inside a URL gets through (CWE-532).
 */

/** https://www.rfc-editor.org/rfc/rfc7519#section-3.1: three base64url parts, the first opens `{"`. */
const JWT = /eyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)?/g;
const BEARER = /\b(bearer|basic)\s+[\w.~+/-]{12,}=*/gi;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"\\]*):[^\s/?#@"\\]+@/gi;
/** What providers' keys look like (OpenAI, Coze and others put a mark in front). */
const PROVIDER_KEY = /\b(sk|pk|pat|key)[-_][\w-]{16,}/g;
/** `password=…`, `"api_key": "…"`, `accessToken: …`; in a JSON line quotes come with a backslash. */
const ASSIGNED =
  /\b((?:api|access|refresh|platform|private|secret)[_-]?(?:key|token)|passw(?:or)?d|secret)(\\?["']?\s*[:=]\s*\\?["']?)[^\s"'&,;}\\]+/gi;
/** Controls that a terminal would obey and marks that reorder text; JSON escapes only C0 itself. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const REDACTED = '[redacted]';
/** Shorter ones would be found inside innocent words and numbers; URL_PASSWORD covers those. */
const SECRET_MIN = 8;

/** Works on one serialised JSON line and leaves it one JSON line. */
export function createRedaction(secrets: readonly string[]): (line: string) => string {
  // In a JSON line a secret stands in its escaped form; longer ones go first, lest a part remain.
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= SECRET_MIN)
    .sort((one, other) => other.length - one.length)
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret)])])
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => {
    let clean = line;
    for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
    return clean
      .replace(JWT, REDACTED)
      .replace(BEARER, `$1 ${REDACTED}`)
      .replace(PROVIDER_KEY, REDACTED)
      .replace(ASSIGNED, `$1$2${REDACTED}`)
      .replace(URL_PASSWORD, `$1:${REDACTED}@`)
      .replace(UNSEEN, escaped);
  };
}

/** Text that a terminal shows and does not obey; line breaks stay. */
export function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, escaped).replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The password of a database address, as it is written there and decoded. */
export function passwordsIn(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
