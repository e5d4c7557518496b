/**
 * Where a character stands on a terminal that wraps its lines.
 *
 *   placeBehind(text, columns)   the cell behind a text that begins in the first column
 *   move(from, to)               the way of the cursor
 */
import { back, cells, column, down, join, type Screen, up } from './screen.ts';

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** `text`: characters as they are shown. `columns` may be Infinity: nothing is wrapped. */
export function placeBehind(text: Iterable<string>, columns: number): Place {
  let row = 0;
  let at = 0;
  for (const character of text) {
    const width = cells(character);
    if (at + width > columns) {
      row++;
      at = 0;
    }
    at += width;
  }
  return at >= columns ? { row: row + 1, column: 0 } : { row, column: at };
}

export function move(from: Place, to: Place): Screen {
  if (from.row === to.row && to.column <= from.column) return back(from.column - to.column);
  const rows = join(up(from.row - to.row), down(to.row - from.row));
  return from.column === to.column ? rows : join(rows, column(to.column));
}
