/**
 * A text a page at a time: when the screen is full, it asks how to go on.
 *
 * Space shows the next page, Enter a line more, Q leaves the rest out, Ctrl-C interrupts. Rows are
 * counted as the terminal wraps lines; files are wrapped at words in a narrow window (wrap.ts). A
 * text that fits is shown without a word.
 *
 *   paged(shell, on, body)   runs `body` with a console: the shell's own where `on` is false, or
 *                            nobody sits there
 */
import type { Console } from './console.ts';
import type { Shell } from './context.ts';
import { Interrupted } from './interrupted.ts';
import {
  cells,
  column,
  ERASE,
  join,
  lines,
  NEW_LINE,
  NOTHING,
  type Screen,
  shown,
} from './screen.ts';
import type { Terminal } from './terminal.ts';
import { textOf } from './text.ts';
import { WordWrap } from './wrap.ts';

const QUESTION = '-- More --';
const TAB = 8;

/** Q was pressed. */
class Quit extends Error {}

export async function paged(
  shell: Shell,
  on: boolean,
  body: (console: Console) => Promise<void>,
): Promise<void> {
  const { console, terminal } = shell;
  // Output into a file is not for the screen.
  if (!on || !terminal || (console as unknown) !== terminal) return body(console);
  try {
    await body(new Pager(console, terminal));
  } catch (error) {
    if (!(error instanceof Quit)) throw error;
  }
}

class Pager implements Console {
  readonly #console: Console;
  readonly #terminal: Terminal;
  /** Rows that are full since the last question, and cells of the one that is not. */
  #rows = 0;
  #column = 0;

  constructor(console: Console, terminal: Terminal) {
    this.#console = console;
    this.#terminal = terminal;
  }

  async write(text: string): Promise<void> {
    let from = 0;
    let at = 0;
    const whole = shown(text);
    for (const character of whole) {
      const row = this.#startsRow(character);
      if (row !== undefined && this.#rows + row >= this.#terminal.size.rows - 1) {
        await this.#console.write(whole.slice(from, at));
        await this.#pause(row > 0 ? NEW_LINE : NOTHING);
        from = at;
      }
      this.#count(character);
      at += character.length;
    }
    await this.#console.write(whole.slice(from));
  }

  async writeFile(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const wrap = new WordWrap();
    for await (const text of textOf(pieces))
      await this.write(wrap.take(text, this.#terminal.size.columns));
    await this.write(wrap.end());
  }

  async clear(): Promise<void> {
    await this.#console.clear();
    this.#rows = 0;
    this.#column = 0;
  }

  /** 1: this character is wrapped, 0: it is the first of a row; undefined: neither. */
  #startsRow(character: string): number | undefined {
    if (character === '\n') return this.#column === 0 ? 0 : undefined;
    if (this.#column + this.#width(character) > this.#terminal.size.columns) return 1;
    return this.#column === 0 ? 0 : undefined;
  }

  #width(character: string): number {
    return character === '\t' ? TAB - (this.#column % TAB) : cells(character);
  }

  #count(character: string): void {
    if (character === '\n') {
      this.#rows++;
      this.#column = 0;
      return;
    }
    const width = this.#width(character);
    const wraps = this.#column + width > this.#terminal.size.columns;
    if (wraps) this.#rows++;
    this.#column = wraps ? width : this.#column + width;
  }

  /** The question is gone once it is answered. */
  async #pause(before: Screen): Promise<void> {
    const terminal = this.#terminal;
    await terminal.draw(join(before, lines(shown(QUESTION))));
    const key = await this.#answer();
    await terminal.draw(join(column(0), ERASE));
    if (key === 'cancel') throw new Interrupted();
    if (key === 'q') throw new Quit();
    this.#rows = key === 'enter' ? terminal.size.rows - 2 : 0;
    this.#column = 0;
  }

  async #answer(): Promise<string> {
    for (;;) {
      const key = (await this.#terminal.key()).toLowerCase();
      if (['enter', ' ', 'q', 'cancel', 'pagedown', 'down'].includes(key))
        return key === 'down' ? 'enter' : key;
    }
  }
}
