/**
 * A document with a cursor: what the keys do to it. No devices, no drawing.
 *
 *   insert(text), enter(), backspace(), remove()
 *   left(), right(), up(rows), down(rows), home(), end(), first(), last(), wordLeft(), wordRight()
 *   find(text)   goes to the next place that has it, in any case, round the end; false: none has
 *
 * The cursor is between UTF-16 units, and never in the middle of a character. Going up and down it
 * keeps its column, where the line is long enough.
 */
import { columnOf, indexAt } from './columns.ts';
import { type Document, LARGEST } from './document.ts';

/** Characters: what was loaded may double. */
const MOST = 2 * LARGEST;

export class TextBuffer {
  readonly document: Document;
  row = 0;
  /** Units of its line before the cursor. */
  at = 0;
  changed = false;
  #size: number;
  /** The column that up and down keep. */
  #column: number | undefined;

  constructor(document: Document) {
    this.document = document;
    this.#size = document.lines.reduce((sum, { text, end }) => sum + text.length + end.length, 0);
  }

  get text(): string {
    return this.document.lines[this.row]!.text;
  }

  /** False: there is no room for it. */
  insert(text: string): boolean {
    if (!this.#grow(text.length)) return false;
    this.#replace(this.at, this.at, text);
    this.#go(this.row, this.at + text.length);
    return true;
  }

  enter(): boolean {
    const { lines, lineEnd } = this.document;
    if (!this.#grow(lineEnd.length)) return false;
    const line = lines[this.row]!;
    const rest = { text: line.text.slice(this.at), end: line.end };
    lines.splice(this.row, 1, { text: line.text.slice(0, this.at), end: lineEnd }, rest);
    this.changed = true;
    this.#go(this.row + 1, 0);
    return true;
  }

  backspace(): void {
    if (this.at === 0 && this.row === 0) return;
    this.left();
    this.remove();
  }

  remove(): void {
    if (this.at < this.text.length) return this.#replace(this.at, this.#next(), '');
    const { lines } = this.document;
    const below = lines[this.row + 1];
    if (!below) return;
    const line = lines[this.row]!;
    this.#size -= line.end.length;
    lines.splice(this.row, 2, { text: line.text + below.text, end: below.end });
    this.changed = true;
  }

  left(): void {
    if (this.at > 0) this.#go(this.row, this.#previous());
    else if (this.row > 0) this.#go(this.row - 1, Infinity);
  }

  right(): void {
    if (this.at < this.text.length) this.#go(this.row, this.#next());
    else if (this.row < this.document.lines.length - 1) this.#go(this.row + 1, 0);
  }

  up(rows = 1): void {
    this.#vertical(Math.max(0, this.row - rows));
  }

  down(rows = 1): void {
    this.#vertical(Math.min(this.document.lines.length - 1, this.row + rows));
  }

  home(): void {
    this.#go(this.row, 0);
  }

  end(): void {
    this.#go(this.row, Infinity);
  }

  first(): void {
    this.#go(0, 0);
  }

  last(): void {
    this.#go(this.document.lines.length - 1, Infinity);
  }

  wordLeft(): void {
    if (this.at === 0) return this.left();
    const { text } = this;
    let { at } = this;
    while (at > 0 && isBlank(text[at - 1]!)) at--;
    while (at > 0 && !isBlank(text[at - 1]!)) at--;
    this.#go(this.row, at);
  }

  wordRight(): void {
    if (this.at === this.text.length) return this.right();
    this.#go(this.row, this.at + /^\S*\s*/.exec(this.text.slice(this.at))![0].length);
  }

  find(text: string): boolean {
    const { lines } = this.document;
    const wanted = text.toLowerCase();
    for (let step = 0; step <= lines.length; step++) {
      const row = (this.row + step) % lines.length;
      const found = lines[row]!.text.toLowerCase().indexOf(wanted, step === 0 ? this.at + 1 : 0);
      if (found < 0) continue;
      this.#go(row, found);
      return true;
    }
    return false;
  }

  #grow(length: number): boolean {
    if (this.#size + length > MOST) return false;
    this.#size += length;
    return true;
  }

  #replace(from: number, to: number, text: string): void {
    const line = this.document.lines[this.row]!;
    line.text = line.text.slice(0, from) + text + line.text.slice(to);
    this.#size -= to - from;
    this.changed = true;
  }

  #go(row: number, at: number): void {
    this.row = row;
    this.at = Math.min(at, this.text.length);
    this.#column = undefined;
  }

  #vertical(row: number): void {
    const column = (this.#column ??= columnOf(this.text, this.at));
    this.row = row;
    this.at = indexAt(this.text, column);
  }

  #next(): number {
    return this.at + (this.text.codePointAt(this.at)! > 0xffff ? 2 : 1);
  }

  #previous(): number {
    const pair = this.text.codePointAt(Math.max(0, this.at - 2))! > 0xffff;
    return this.at - (this.at > 1 && pair ? 2 : 1);
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}
