/** Append-only. A migration that has been released is never edited; the next one corrects it. */
import type { Migration } from 'kysely/migration';
import { initial } from './0001-initial.ts';

export function migrations(kind: 'sqlite' | 'postgres'): Record<string, Migration> {
  return { '0001-initial': initial(kind) };
}
