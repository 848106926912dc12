/** Reads the source files of the workspaces and every import in them, by TypeScript's own parser. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

export interface Import {
  /** As written: `./tasks.store.ts`, `@zcbot/protocol/http`, `node:fs`. */
  specifier: string;
  /** Erased at run time (`import type`, `export type`). */
  typeOnly: boolean;
  line: number;
}

export interface Source {
  /** From the root, with forward slashes: `apps/server/src/tasks/tasks.routes.ts`. */
  file: string;
  text: string;
  imports: Import[];
}

const EXTENSIONS = /\.(ts|tsx|js|jsx|mjs)$/;
const SKIPPED = new Set(['node_modules', 'dist', 'test-results', '.work', 'results']);

export async function readSources(root: string, folders: string[]): Promise<Source[]> {
  const files = (await Promise.all(folders.map((folder) => walk(root, folder)))).flat();
  return Promise.all(
    files.map(async (file) => parseSource(file, await readFile(path.join(root, file), 'utf8'))),
  );
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const place = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(root, place);
    return EXTENSIONS.test(entry.name) && !entry.name.endsWith('.d.ts') ? [place] : [];
  });
  return (await Promise.all(found)).flat();
}

export function parseSource(file: string, text: string): Source {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    imports.push({ specifier: specifier.text, typeOnly, line: line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(
        node,
        node.moduleSpecifier,
        node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
      );
    } else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
    ) {
      add(node, node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { file, text, imports };
}
