/**
 * A few rows of the terminal that a program draws again and again, where its output stands.
 *
 *   begin(rows)        as many empty rows; what comes next is drawn into them
 *   row(index, text)   one of them
 *   leave()            what is printed next stands below
 *   seen               false: output goes elsewhere, and nothing is drawn
 */
import type { Shell } from './context.ts';
import { column, down, ERASE_LINE, join, NEW_LINE, type Screen, shown, up } from './screen.ts';

export class Picture {
  readonly #shell: Shell;
  #rows = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get seen(): boolean {
    const { console, terminal } = this.#shell;
    return terminal !== undefined && (console as unknown) === terminal;
  }

  async begin(rows: number): Promise<void> {
    const { terminal } = this.#shell;
    if (!this.seen || rows >= terminal!.size.rows) return;
    this.#rows = rows;
    await terminal!.draw(join(...Array.from({ length: rows }, () => NEW_LINE)));
  }

  /** The cursor stands below the last row before and after. */
  async row(index: number, text: string): Promise<void> {
    if (index >= this.#rows) return;
    const height = this.#rows - index;
    const drawn: Screen = shown(text.replaceAll('\n', ' '));
    const there = join(up(height), column(0), drawn, ERASE_LINE);
    await this.#shell.terminal!.draw(join(there, down(height), column(0)));
  }

  leave(): void {
    this.#rows = 0;
  }
}
