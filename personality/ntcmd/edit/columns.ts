/**
 * A line in cells: Tab goes to the next eighth one, and what is wide takes two.
 *
 *   columnOf(text, at)               the cell in which the unit `at` begins
 *   indexAt(text, column)            the unit in that cell, or the end
 *   cut(text, left, columns)         what is seen of it through a window
 */
import { cell, cells, join, NOTHING, type Screen, shown } from '../screen.ts';

const TAB = 8;

export function columnOf(text: string, at: number): number {
  let column = 0;
  let index = 0;
  for (const character of text) {
    if (index >= at) break;
    column += widthAt(character, column);
    index += character.length;
  }
  return column;
}

export function indexAt(text: string, wanted: number): number {
  let column = 0;
  let index = 0;
  for (const character of text) {
    column += widthAt(character, column);
    if (column > wanted) break;
    index += character.length;
  }
  return index;
}

export function cut(text: string, left: number, columns: number): Screen {
  const parts: Screen[] = [];
  let column = 0;
  for (const character of text) {
    const width = widthAt(character, column);
    const start = column;
    column += width;
    if (column <= left) continue;
    if (start >= left + columns) break;
    const whole = start >= left && column <= left + columns && character !== '\t';
    const seen = Math.min(column, left + columns) - Math.max(start, left);
    parts.push(whole ? cell(character) : shown(' '.repeat(seen)));
  }
  return parts.length > 0 ? join(...parts) : NOTHING;
}

function widthAt(character: string, column: number): number {
  if (character === '\t') return TAB - (column % TAB);
  if (character >= ' ' && character <= '~') return 1;
  let width = 0;
  for (const drawn of cell(character)) width += cells(drawn);
  return width;
}
