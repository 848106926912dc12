/** What a benchmark hands to the runner: rows of text, each figure with its unit. */
import { writeFileSync } from 'node:fs';

export interface Row {
  what: string;
  ours: string;
  reference?: string;
  aim?: string;
  note?: string;
}

export function report(rows: Row[]): void {
  for (const row of rows)
    console.log(`  ${row.what}: ${row.ours} (reference: ${row.reference ?? '–'})`);
  const output = process.argv[2];
  if (output) writeFileSync(output, JSON.stringify(rows));
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
