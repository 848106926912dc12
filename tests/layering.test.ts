import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  arrowViolations,
  isTest,
  nodeInBrowserCode,
  roleViolations,
  suppressions,
  undeclaredImports,
  valueCycles,
  type Workspace,
} from './layering/rules.ts';
import { parseSource, readSources, type Source } from './layering/sources.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

interface Manifest {
  name: string;
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

async function manifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

function dependencyNames(of: Manifest): string[] {
  return Object.keys({
    ...of.dependencies,
    ...of.devDependencies,
    ...of.optionalDependencies,
    ...of.peerDependencies,
  });
}

async function readWorkspaces(): Promise<Workspace[]> {
  const patterns = (await manifest('.')).workspaces ?? [];
  const manifests = patterns.map((pattern) => `${pattern}/package.json`);
  const found: Workspace[] = [];
  for await (const file of glob(manifests, { cwd: root })) {
    const folder = path.dirname(file).split(path.sep).join('/');
    const own = await manifest(folder);
    found.push({ folder, name: own.name, dependencies: dependencyNames(own) });
  }
  return found;
}

describe('the sources of this repository', () => {
  let workspaces: Workspace[];
  let sources: Source[];
  let rootDependencies: string[];

  beforeAll(async () => {
    workspaces = await readWorkspaces();
    sources = await readSources(root, ['apps', 'packages', 'examples']);
    rootDependencies = dependencyNames(await manifest('.'));
  });

  test('were found, with their imports', () => {
    for (const folder of ['apps/cli', 'apps/server', 'packages/config', 'packages/protocol']) {
      expect(workspaces.map((workspace) => workspace.folder)).toContain(folder);
      const own = sources.filter(({ file }) => file.startsWith(`${folder}/src/`) && !isTest(file));
      expect(own, `sources of ${folder}`).not.toHaveLength(0);
      expect(
        own.flatMap(({ imports }) => imports),
        `imports of ${folder}`,
      ).not.toHaveLength(0);
    }
  });

  test('cross workspaces only along the arrows', () => {
    expect(arrowViolations(sources, workspaces)).toEqual([]);
  });

  test('import no package their workspace does not declare', () => {
    expect(undeclaredImports(sources, workspaces, rootDependencies)).toEqual([]);
  });

  test('need no Node where there is none', () => {
    expect(nodeInBrowserCode(sources)).toEqual([]);
  });

  test('keep routes, services and stores apart', () => {
    expect(roleViolations(sources)).toEqual([]);
  });

  test('import each other in no circle', () => {
    expect(valueCycles(sources)).toEqual([]);
  });

  test('switch off none of the rules', () => {
    expect(suppressions(sources)).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  const workspaces: Workspace[] = [
    { folder: 'apps/server', name: '@zcbot/server', dependencies: ['hono'] },
    { folder: 'apps/console', name: '@zcbot/console', dependencies: ['preact'] },
    { folder: 'packages/protocol', name: '@zcbot/protocol', dependencies: [] },
  ];
  const one = (file: string, text: string) => [parseSource(file, text)];

  test.each([
    ['apps/console/src/a.ts', `import { x } from '@zcbot/server';`],
    ['apps/console/src/a.ts', `import type { x } from '@zcbot/server/config';`],
    ['apps/console/src/a.ts', `export * from '../../server/src/main.ts';`],
    ['packages/protocol/src/a.ts', `const x = await import('@zcbot/console');`],
    ['packages/protocol/src/a.ts', `type X = import('@zcbot/server').X;`],
  ])('%s: %s', (file, text) => {
    expect(arrowViolations(one(file, text), workspaces)).toHaveLength(1);
  });

  test('a workspace without arrows', () => {
    const added = { folder: 'packages/new', name: 'new', dependencies: [] };
    expect(arrowViolations([], [...workspaces, added])).toHaveLength(1);
  });

  test('an undeclared package, and one that only the tests may use', () => {
    const text = `import 'left-pad'; import 'vitest'; import 'hono/cors'; import 'node:fs';`;
    const find = (file: string) => undeclaredImports(one(file, text), workspaces, ['vitest']);
    expect(find('apps/server/src/a.ts')).toHaveLength(2);
    expect(find('apps/server/src/a.test.ts')).toHaveLength(1);
  });

  test('Node in browser code', () => {
    const text = `import { readFile } from 'node:fs/promises';`;
    expect(nodeInBrowserCode(one('packages/protocol/src/a.ts', text))).toHaveLength(1);
    expect(nodeInBrowserCode(one('apps/server/src/a.ts', text))).toHaveLength(0);
  });

  test.each([
    ['tasks.store.ts', `import type { Context } from 'hono';`],
    ['tasks.store.ts', `import { x } from './tasks.service.ts';`],
    ['tasks.service.ts', `import { HTTPException } from 'hono/http-exception';`],
    ['tasks.service.ts', `import { x } from './tasks.routes.ts';`],
    ['tasks.routes.ts', `import { x } from './tasks.store.ts';`],
    ['tasks.routes.ts', `import { sql } from 'kysely';`],
    ['tasks.routes.ts', `import type { Database } from '../database/database.ts';`],
  ])('%s: %s', (name, text) => {
    expect(roleViolations(one(`apps/server/src/tasks/${name}`, text))).toHaveLength(1);
  });

  test('a circle of values, but none through a type', () => {
    const a = (kind: string) => parseSource('apps/server/src/a.ts', `${kind} { b } from './b.ts';`);
    const b = parseSource('apps/server/src/b.ts', `import { a } from './a.ts';`);
    expect(valueCycles([a('import'), b])).toHaveLength(1);
    expect(valueCycles([a('import type'), b])).toEqual([]);
  });

  test.each([
    '// eslint-disable-next-line @typescript-eslint/no-explicit-any',
    '/* eslint-disable */',
    '// eslint-disable-next-line -- reason',
    '// @ts-expect-error later',
  ])('%s', (text) => {
    expect(suppressions(one('apps/server/src/a.ts', `${text}\nexport {};`))).toHaveLength(1);
  });

  test('switching off another rule, with its reason, is allowed', () => {
    const text = '// eslint-disable-next-line no-await-in-loop -- one after the other is the point';
    expect(suppressions(one('apps/server/src/a.ts', text))).toEqual([]);
  });
});
