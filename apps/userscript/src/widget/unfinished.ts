/**
 * Markdown that is still being written, or was stopped on its way: what its last paragraph has opened is closed, so that bare
 * marks and half addresses do not flash up before their other half arrives.
 */
export function closeOpenMarks(text: string): string {
  const fences = text.match(/^ {0,3}(```|~~~)/gm)?.length ?? 0;
  // Inside a code block every mark means itself.
  if (fences % 2 === 1) return text;
  const start = Math.max(text.lastIndexOf('\n\n'), text.lastIndexOf('\n|')) + 1;
  const linked = text.slice(start).replace(/!?\[([^\]\n]*)\]\([^)\n]*$/, '$1');
  const coded = close(linked, '`', linked);
  return text.slice(0, start) + close(coded, '**', coded.replace(/`[^`]*`/g, ''));
}

/** @param counted the text without what means itself */
function close(text: string, mark: string, counted: string): string {
  if (counted.split(mark).length % 2 === 1) return text;
  const kept = text.trimEnd();
  return kept.endsWith(mark) ? kept.slice(0, -mark.length) : kept + mark;
}
