/** Reads the Markdown pages of the repository: their links, anchors, headings and cited paths. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Page {
  /** From the root, with forward slashes. */
  file: string;
  text: string;
  headings: { depth: number; text: string }[];
  /** Anchors as GitHub makes them of the headings. */
  anchors: Set<string>;
  links: { target: string; line: number }[];
  /** Paths in code spans that begin with a folder of the root. */
  citations: { path: string; line: number }[];
}

const SKIPPED = new Set(['node_modules', 'dist', 'data', 'test-results', '.git', '.work']);
/** A page cites source by path from the root; `bench/results` and the like are made, not kept. */
const CITED = /^(apps|packages|examples|tests|scripts|docs|deploy)\/[\w./@-]*$/;

export function readPages(root: string): Page[] {
  return markdownFiles(root, '').map((file) =>
    parsePage(file, readFileSync(path.join(root, file), 'utf8')),
  );
}

function markdownFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownFiles(root, place);
    return entry.name.endsWith('.md') ? [place] : [];
  });
}

export function parsePage(file: string, text: string): Page {
  // Blanked, not cut, so that lines keep their numbers.
  const prose = text.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, (block) =>
    block.replace(/[^\n]/g, ''),
  );
  const lines = prose.split('\n');
  const headings = lines.flatMap((line) => {
    const [, marks, heading] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? [];
    return marks && heading ? [{ depth: marks.length, text: heading }] : [];
  });
  return {
    file,
    text,
    headings,
    anchors: anchorsOf(headings.map((heading) => heading.text)),
    links: lines.flatMap((line, index) =>
      [...withoutCode(line).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)="([^"]+)"/g)].map(
        (match) => ({ target: match[1] ?? match[2] ?? '', line: index + 1 }),
      ),
    ),
    citations: lines.flatMap((line, index) =>
      [...line.matchAll(/`([^`]+)`/g)]
        .map((match) => match[1] ?? '')
        .filter((cited) => CITED.test(cited))
        .map((cited) => ({ path: cited, line: index + 1 })),
    ),
  };
}

function withoutCode(line: string): string {
  return line.replace(/`[^`]*`/g, '');
}

/** Two headings of one text get `x` and `x-1`. */
function anchorsOf(headings: string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
