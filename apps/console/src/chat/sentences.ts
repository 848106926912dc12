const SENTENCE_END = /[。！？；!?;…]+["”’）)]*|\.(?=\s)|\n/g;
const FENCE = /^\s*(```|~~~)/;

/**
 * The whole sentences of a growing Markdown text that have not been read out yet, as plain text.
 * Code is announced, not spelled out.
 *
 * @param from where the last call ended.
 * @param final nothing will follow, so the rest is a sentence too.
 * @param codeLabel said in place of a block of code.
 */
export function nextSentences(
  text: string,
  from: number,
  final: boolean,
  codeLabel: string,
): { spoken: string; next: number } {
  let next = from;
  if (final) next = text.length;
  else {
    for (const match of text.slice(from).matchAll(SENTENCE_END)) {
      next = from + match.index + match[0].length;
    }
  }
  let inCode =
    text
      .slice(0, from)
      .split('\n')
      .filter((line) => FENCE.test(line)).length %
      2 ===
    1;
  const spoken: string[] = [];
  for (const line of text.slice(from, next).split('\n')) {
    if (FENCE.test(line)) {
      if (!inCode) spoken.push(codeLabel);
      inCode = !inCode;
    } else if (!inCode) spoken.push(plain(line));
  }
  return { spoken: spoken.filter((line) => line !== '').join(' '), next };
}

function plain(line: string): string {
  return line
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(#{1,6}|>|[-*+]|\d+[.)])\s+/, '')
    .replace(/^[\s|:-]+$/, '')
    .replace(/[*_~`|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
