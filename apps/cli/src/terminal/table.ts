/** Columns that line up in a terminal, where a Chinese character is two cells wide. */
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uff60\uffe0-\uffe6]/u;

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/**
 * Rows as lines, columns two spaces apart. The last filled cell of a row has the rest of the line
 * to itself and widens no column.
 */
export function table(rows: string[][]): string[] {
  const filled = rows.map((row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1));
  const widths: number[] = [];
  for (const row of filled) {
    row.slice(0, -1).forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  return filled.map((row) =>
    row
      .map((cell, column) => {
        const gap = (widths[column] ?? 0) - displayWidth(cell) + 2;
        return column === row.length - 1 ? cell : cell + ' '.repeat(gap);
      })
      .join(''),
  );
}
