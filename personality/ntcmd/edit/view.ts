/**
 * What the editor shows: rows of the text, and below them a line that says where one is.
 *
 *   draw(buffer, message)   what to print so that the screen shows it; rows that are there already
 *                           are not printed again
 *   ask(text)               the last line as a question
 *   resize(size)            everything is drawn anew
 */
import { at, ERASE_LINE, INVERSE, join, NORMAL, type Screen, shown } from '../screen.ts';
import type { WindowSize } from '../keys.ts';
import type { TextBuffer } from './buffer.ts';
import { columnOf, cut } from './columns.ts';

const HELP = '^S save  ^F find  ^G next  ^Q leave';

export class View {
  readonly #name: string;
  #size: WindowSize;
  #top = 0;
  #left = 0;
  #rows: Screen[] = [];

  constructor(name: string, size: WindowSize) {
    this.#name = name;
    this.#size = size;
  }

  /** Rows of text on a page. */
  get height(): number {
    return this.#size.rows - 1;
  }

  resize(size: WindowSize): void {
    this.#size = size;
    this.#rows = [];
  }

  draw(buffer: TextBuffer, message = ''): Screen {
    const column = columnOf(buffer.text, buffer.at);
    this.#follow(buffer.row, column);
    const { lines } = buffer.document;
    const { columns } = this.#size;
    const parts: Screen[] = [];
    for (let row = 0; row < this.height; row++) {
      const line = lines[this.#top + row];
      parts.push(this.#row(row, line ? cut(line.text, this.#left, columns) : shown('')));
    }
    parts.push(this.#last(message || this.#status(buffer, column)));
    return join(...parts, at(buffer.row - this.#top, column - this.#left));
  }

  /** The cursor is behind it: its end is seen where not all of it is. */
  ask(text: string): Screen {
    const end = columnOf(text, text.length);
    const left = Math.max(0, end - this.#size.columns + 1);
    return join(this.#last(text, left), at(this.height, end - left));
  }

  /** The window moves only where the cursor leaves it. */
  #follow(row: number, column: number): void {
    if (row < this.#top) this.#top = row;
    if (row >= this.#top + this.height) this.#top = row - this.height + 1;
    const { columns } = this.#size;
    const some = Math.min(8, columns >> 1);
    if (column < this.#left) this.#left = Math.max(0, column - some);
    if (column >= this.#left + columns) this.#left = column - columns + some;
  }

  #row(row: number, text: Screen): Screen {
    if (this.#rows[row] === text) return shown('');
    this.#rows[row] = text;
    return join(at(row, 0), ERASE_LINE, text);
  }

  #last(text: string, left = 0): Screen {
    const { columns } = this.#size;
    const blank = shown(' '.repeat(Math.max(0, columns + left - columnOf(text, text.length))));
    return this.#row(this.height, join(INVERSE, cut(text, left, columns), blank, NORMAL));
  }

  #status({ row, document, changed }: TextBuffer, column: number): string {
    const end = document.lineEnd === '\n' ? 'LF' : 'CRLF';
    const where = `Ln ${row + 1}, Col ${column + 1}`;
    return ` ${this.#name}${changed ? ' *' : ''}  ${where}  ${end} ${document.codePage}  ${HELP}`;
  }
}
