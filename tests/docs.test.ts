/** What the documentation says about the repository and the protocol is there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ERROR_STATUS } from '@zcbot/protocol/errors';
import { TASK_EVENTS, TERMINAL_EVENTS } from '@zcbot/protocol/run-events';
import { startTestServer } from '../apps/server/src/testing/server.ts';
import { parsePage, readPages, type Page } from './docs/markdown.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const pages = readPages(root);
const byFile = new Map(pages.map((page) => [page.file, page]));

/** What users and operators read, without the language: each has its Chinese twin. */
const IN_BOTH_LANGUAGES = [
  'README',
  'docs/coze/jwt-auth',
  'docs/coze/migrating',
  'docs/coze/multi-user',
  'docs/coze/quick-start',
  'docs/coze/security',
  'docs/coze/testing',
  'docs/coze/troubleshooting',
  'docs/embedding',
  'docs/operations',
  'docs/protocol',
  'docs/troubleshooting',
];
const EVENTS = [
  ...['run.started', 'part.start', 'part.delta', 'part.end', 'tool.start', 'tool.end', 'usage'],
  ...TERMINAL_EVENTS,
  ...TASK_EVENTS,
  'snapshot',
  'reauth',
];

/** `GET /v1/tasks` and so on, as the server describes itself. */
let calls: string[] = [];
beforeAll(async () => {
  const server = await startTestServer();
  try {
    const answer = await server.call('/v1/openapi.json');
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
    calls = Object.entries(paths).flatMap(([place, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${place}`),
    );
  } finally {
    await server.stop();
  }
});

function page(file: string): Page {
  const found = byFile.get(file);
  if (!found) throw new Error(`${file} is missing`);
  return found;
}

function brokenLinks({ file, links, anchors }: Page): string[] {
  return links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    const [place = '', anchor] = decodeURIComponent(target).split('#');
    const linked = place === '' ? file : path.posix.join(path.posix.dirname(file), place);
    const exists = !linked.startsWith('..') && existsSync(path.join(root, linked));
    if (place !== '' && !exists) return [`${file}:${line}: ${target} does not exist`];
    const there = place === '' ? anchors : byFile.get(linked)?.anchors;
    if (anchor === undefined || !there || there.has(anchor)) return [];
    return [`${file}:${line}: ${linked} has no heading #${anchor}`];
  });
}

describe('every page', () => {
  test('was found', () => {
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.flatMap(({ links }) => links).length).toBeGreaterThan(80);
  });

  test('links to files and headings that exist', () => {
    expect(pages.flatMap(brokenLinks)).toEqual([]);
  });

  test('cites paths that exist', () => {
    const missing = pages.flatMap(({ file, citations }) =>
      citations
        .filter((cited) => !cited.path.endsWith('/dist'))
        .filter((cited) => !existsSync(path.join(root, cited.path)))
        .map((cited) => `${file}:${cited.line}: ${cited.path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe.each(IN_BOTH_LANGUAGES)('%s', (name) => {
  test('has the same sections in both languages', () => {
    const depths = (file: string) => page(file).headings.map(({ depth }) => depth);
    expect(depths(`${name}.zh-CN.md`)).toEqual(depths(`${name}.md`));
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  test('shows the lines of a platform page that the example runs', () => {
    const source = readFileSync(path.join(root, 'examples/portal/public/zcbot-embed.js'), 'utf8');
    expect(page(file).text).toContain(source.replace(/^\/\/.*\n/, ''));
  });
});

describe.each(['docs/protocol.md', 'docs/protocol.zh-CN.md'])('%s', (file) => {
  test('lists every error with its status', () => {
    const listed = [...page(file).text.matchAll(/^\| (\d{3}) +\| `(\w+)`/gm)];
    expect(Object.fromEntries(listed.map((row) => [row[2], Number(row[1])]))).toEqual(ERROR_STATUS);
  });

  test('names every event', () => {
    expect(EVENTS.filter((event) => !page(file).text.includes(`\`${event}\``))).toEqual([]);
  });

  test('names every call the server answers', () => {
    const missing = calls.filter(
      (call) => !new RegExp(`${escape(call)}[^\\w/]`).test(page(file).text),
    );
    expect(calls.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });
});

function escape(text: string): string {
  return text.replace(/[{}./]/g, '\\$&');
}

describe('a planted fault is found', () => {
  test.each([
    ['a file', '[x](no-such-file.md)'],
    ['a heading', '[x](protocol.md#no-such-heading)'],
    ['a heading of its own', '[x](#nowhere)'],
    ['an image', '<img src="no-such.png">'],
  ])('%s', (_, text) => {
    expect(brokenLinks(parsePage('docs/planted.md', `# Planted\n\n${text}\n`))).toHaveLength(1);
  });

  test('but nothing inside code, and no link to elsewhere', () => {
    const text =
      '`[x](a.md)`\n\n```md\n[x](b.md)\n```\n\n[x](https://example.com/#y) [x](#planted-1)';
    expect(
      brokenLinks(parsePage('docs/planted.md', `# Planted\n\n# Planted\n\n${text}\n`)),
    ).toEqual([]);
  });
});
