/**
 * Text for a window that is narrower than texts were written for: lines end between words.
 *
 * A line goes on under its own beginning, so that what was indented stays so. A word that is wider
 * than the window is left to the terminal, which cuts it; a window of 80 columns gets the text as
 * it is, as in NT.
 *
 *   take(text, columns)   what can be shown of it (screen.ts): a word that may go on is held back
 *   end()                 the rest
 */
import { cells, shown } from './screen.ts';

const WRITTEN_FOR = 80;

export class WordWrap {
  #columns = WRITTEN_FOR;
  #column = 0;
  /** Blanks that the line begins with; those of its first word are still being counted. */
  #indent = 0;
  #begins = true;
  #word = '';

  take(text: string, columns: number): string {
    this.#columns = columns;
    let out = '';
    for (const character of shown(text)) {
      if (character === '\n') out += this.end() + this.#newLine();
      else if (character === ' ' || character === '\t') out += this.end() + this.#blank(character);
      else this.#word += character;
    }
    return columns < WRITTEN_FOR ? out : out + this.end();
  }

  end(): string {
    const word = this.#word;
    if (word === '') return '';
    this.#word = '';
    this.#begins = false;
    const width = [...word].reduce((sum, character) => sum + cells(character), 0);
    const fits = this.#column + width <= this.#columns;
    const wraps = !fits && this.#columns < WRITTEN_FOR && this.#column > this.#indent;
    const before = wraps ? `\n${' '.repeat(this.#indent)}` : '';
    this.#column = (wraps ? this.#indent : this.#column) + width;
    return before + word;
  }

  #newLine(): string {
    this.#column = this.#indent = 0;
    this.#begins = true;
    return '\n';
  }

  /** One at the edge would begin the next row. */
  #blank(character: string): string {
    if (this.#columns < WRITTEN_FOR && this.#column + 1 >= this.#columns) return '';
    this.#column += character === '\t' ? 8 - (this.#column % 8) : 1;
    if (this.#begins && this.#column < this.#columns / 2) this.#indent = this.#column;
    return character;
  }
}
