/**
 * The import arrows, as rules over sources. Each gives back its violations as sentences
 * `file:line: what is wrong`.
 */
import path from 'node:path';
import type { Import, Source } from './sources.ts';

export interface Workspace {
  /** `apps/server` */
  folder: string;
  /** `@zcbot/server` */
  name: string;
  /** Names in dependencies, devDependencies, optionalDependencies and peerDependencies. */
  dependencies: string[];
}

/**
 * Which workspaces each workspace may import. A new one has to be entered here, with its arrows;
 * the picture is in docs/architecture.md.
 */
export const ARROWS: Record<string, string[]> = {
  'apps/cli': [
    'apps/server',
    'apps/gateway',
    'packages/config',
    'packages/coze',
    'packages/coze-simulator',
    'packages/protocol',
  ],
  'apps/server': [
    'packages/config',
    'packages/coze',
    'packages/coze-simulator',
    'packages/protocol',
  ],
  'apps/console': ['packages/protocol'],
  'apps/gateway': [
    'packages/config',
    'packages/coze',
    'packages/coze-simulator',
    'packages/protocol',
  ],
  'apps/userscript': ['packages/coze', 'packages/protocol'],
  'packages/config': [],
  'packages/coze': ['packages/protocol'],
  // Only its tests import the client: the simulator itself must not share its misunderstandings.
  'packages/coze-simulator': ['packages/coze', 'packages/protocol'],
  'packages/protocol': [],
  'examples/portal': [],
};

/** Their code must run where there is no Node: a page, a userscript, a customer's backend. */
const NO_NODE = ['apps/console/src/', 'apps/userscript/src/', 'packages/protocol/src/'];

/** Inside the server, by the role in the file's name: what a role must never import. */
const ROLES = [
  {
    files: /\.store\.ts$|^apps\/server\/src\/database\//,
    never: /^hono(\/|$)|^@hono\/|\.(routes|service)\.ts$/,
    reason: 'a store never sees a request, nor the layers above it',
  },
  {
    files: /\.service\.ts$/,
    never: /^hono(\/|$)|^@hono\/|\.routes\.ts$|^kysely(\/|$)/,
    reason: 'a service never sees a response, a route or SQL',
  },
  {
    files: /\.routes\.ts$/,
    never: /\.store\.ts$|(^|\/)database\/|^kysely(\/|$)|^pg$|^node:sqlite$/,
    reason: 'a route parses, calls its service and replies; it never sees SQL',
  },
];

/** Rules that no comment may switch off. */
const UNSUPPRESSIBLE =
  /eslint-disable[^\n]*(no-restricted|no-explicit-any|ban-ts-comment|no-floating-promises)|eslint-disable(-next-line|-line)?\s*(\*\/|$|--)|@ts-(ignore|nocheck|expect-error)/gm;

export function isTest(file: string): boolean {
  return /\.test(-suite)?\.tsx?$|\/(testing|e2e)\//.test(file);
}

function at(source: Source, { line, specifier }: Import, reason: string): string {
  return `${source.file}:${line}: imports '${specifier}': ${reason}`;
}

function workspaceOf(place: string, workspaces: Workspace[]): Workspace | undefined {
  return workspaces.find(({ folder }) => place.startsWith(`${folder}/`));
}

/** `@zcbot/protocol/http` → `@zcbot/protocol`; `hono/cors` → `hono`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

function resolveRelative(source: Source, specifier: string): string {
  return path.posix.join(path.posix.dirname(source.file), specifier);
}

/** Apps are imported by nobody but the CLI, packages import no apps, and so on. */
export function arrowViolations(sources: Source[], workspaces: Workspace[]): string[] {
  const unknown = workspaces
    .filter(({ folder }) => ARROWS[folder] === undefined)
    .map(({ folder }) => `${folder}: has no arrows yet; enter it in tests/layering/rules.ts`);
  const crossing = sources.flatMap((source) => {
    const own = workspaceOf(source.file, workspaces);
    if (own === undefined) return [];
    return source.imports.flatMap((imported) => {
      const { specifier } = imported;
      if (isRelative(specifier)) {
        const target = resolveRelative(source, specifier);
        const inside = target.startsWith(`${own.folder}/`);
        if (inside || (isTest(source.file) && target.startsWith('tests/'))) return [];
        return [at(source, imported, 'leaves its workspace by a relative path')];
      }
      const name = packageName(specifier);
      const target = workspaces.find((workspace) => workspace.name === name);
      if (target === undefined || target === own) return [];
      if (ARROWS[own.folder]?.includes(target.folder)) return [];
      return [at(source, imported, `${own.folder} must not import ${target.folder}`)];
    });
  });
  return [...unknown, ...crossing];
}

/**
 * npm hoists everything to one folder, so only this notices an import nobody declared. Type-only
 * imports are gone at run time; where their package is missing, tsc says so.
 */
export function undeclaredImports(
  sources: Source[],
  workspaces: Workspace[],
  rootDependencies: string[],
): string[] {
  return sources.flatMap((source) => {
    const own = workspaceOf(source.file, workspaces);
    if (own === undefined) return [];
    const isTool = isTest(source.file) || /\.config\.[jt]s$/.test(source.file);
    const declared = new Set([own.name, ...own.dependencies, ...(isTool ? rootDependencies : [])]);
    return source.imports
      .filter(({ specifier, typeOnly }) => !typeOnly && !isRelative(specifier))
      .filter(({ specifier }) => !/^(node|virtual):/.test(specifier))
      .filter(({ specifier }) => !declared.has(packageName(specifier)))
      .map((imported) => at(source, imported, `not declared in ${own.folder}/package.json`));
  });
}

export function nodeInBrowserCode(sources: Source[]): string[] {
  return sources
    .filter(({ file }) => NO_NODE.some((folder) => file.startsWith(folder)) && !isTest(file))
    .flatMap((source) =>
      source.imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map((imported) => at(source, imported, 'this code runs where there is no Node')),
    );
}

export function roleViolations(sources: Source[]): string[] {
  return sources
    .filter(({ file }) => file.startsWith('apps/server/src/') && !isTest(file))
    .flatMap((source) =>
      ROLES.filter(({ files }) => files.test(source.file)).flatMap(({ never, reason }) =>
        source.imports
          .filter(({ specifier }) => never.test(specifier))
          .map((imported) => at(source, imported, reason)),
      ),
    );
}

export function suppressions(sources: Source[]): string[] {
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(UNSUPPRESSIBLE)].map((match) => {
      const line = text.slice(0, match.index).split('\n').length;
      return `${file}:${line}: switches off a rule that holds everywhere: ${match[0].trim()}`;
    }),
  );
}

/** Cycles among relative imports that exist at run time; a type-only import makes none. */
export function valueCycles(sources: Source[]): string[] {
  const edges = new Map(
    sources.map((source) => [
      source.file,
      source.imports
        .filter(({ specifier, typeOnly }) => isRelative(specifier) && !typeOnly)
        .map(({ specifier }) => resolveRelative(source, specifier)),
    ]),
  );
  const cycles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    trail.push(file);
    for (const next of edges.get(file) ?? []) if (edges.has(next)) visit(next);
    trail.pop();
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file);
  return cycles;
}
