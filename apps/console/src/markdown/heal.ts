/**
 * Completes what the end of a half-written block leaves open, so that a word is bold from its first
 * letter instead of jumping when its closing asterisks arrive. Only the tail of a streaming answer
 * goes through here; a finished one is rendered as it is.
 */
export function healTail(markdown: string): string {
  const lastLine = markdown.lastIndexOf('\n\n') + 1;
  const head = markdown.slice(0, lastLine);
  let tail = markdown.slice(lastLine);

  // An odd number of backticks: the rest is code, in which nothing else counts.
  const ticks = tail.match(/(?<!`)`(?!`)/g)?.length ?? 0;
  if (ticks % 2 === 1) {
    const open = tail.lastIndexOf('`');
    return open === tail.length - 1 ? head + tail.slice(0, -1) : `${head}${tail}\``;
  }
  // "[text](http://…" without its end: show the text only.
  tail = tail.replace(/!?\[([^\]\n]*)\]\([^)\n]*$/, '$1').replace(/!?\[([^\]\n]*)$/, '$1');
  // A bare marker at the very end has nothing to mark yet.
  tail = tail.replace(/(^|\s)(\*{1,3}|_{1,3}|~~?)$/, '$1');
  for (const marker of ['**', '~~'] as const) {
    const count = withoutCode(tail).split(marker).length - 1;
    if (count % 2 === 1) {
      // "**bold*": one closing asterisk of two has arrived.
      tail = tail.replace(/(?<=[^*\s])\*$/, '').trimEnd() + marker;
    }
  }
  const single = withoutCode(tail)
    .replaceAll('**', '')
    .match(/(?<![*\w\\])\*(?=[^\s*])|(?<=[^\s*])\*(?!\*)/g);
  if (single && single.length % 2 === 1) tail = `${tail.trimEnd()}*`;
  return head + tail;
}

function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, '');
}
