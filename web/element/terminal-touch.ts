/**
 * Fingers on the terminal.
 *
 * A finger that is drawn over it scrolls what was printed before; where there is nothing more that
 * way, the page has the finger, so that a terminal in an article holds nobody up. A finger that
 * rests selects the word under it, and more when it is drawn then. Two fingers are the page's.
 *
 *   acceptTouch(xterm, parent, selected)   `selected` is called when a finger has selected
 *                                          something; returns how to stop
 */
import type { Terminal as Xterm } from '@xterm/xterm';

const LONG_PRESS_MS = 500;
/** How far a resting finger may move. */
const SLOP_PX = 10;

interface Cell {
  column: number;
  /** In the buffer, scrolled-back lines included. */
  row: number;
}

type Doing = 'nothing' | 'pressing' | 'scrolling' | 'selecting';

class Fingers {
  readonly #xterm: Xterm;
  readonly #selected: () => void;
  #doing: Doing = 'nothing';
  #x = 0;
  #y = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The word that a resting finger chose: its first cell, and the one after its last. */
  #word: [Cell, Cell] | undefined;

  constructor(xterm: Xterm, selected: () => void) {
    this.#xterm = xterm;
    this.#selected = selected;
  }

  readonly start = (event: TouchEvent): void => {
    this.stop();
    const [finger, other] = event.touches;
    if (!finger || other) return;
    this.#doing = 'pressing';
    this.#x = finger.clientX;
    this.#y = finger.clientY;
    this.#timer = setTimeout(() => this.#selectWord(), LONG_PRESS_MS);
  };

  readonly move = (event: TouchEvent): void => {
    const finger = event.touches[0];
    if (!finger || this.#doing === 'nothing') return;
    if (this.#doing === 'selecting') this.#selectTo(this.#cellAt(finger));
    else if (!this.#scroll(finger)) return;
    event.preventDefault();
  };

  readonly end = (event: TouchEvent): void => {
    const doing = this.#doing;
    this.stop();
    // Else the browser would make a click of it, which puts the selection away.
    if (doing === 'selecting' || doing === 'scrolling') event.preventDefault();
    if (doing === 'selecting' && this.#xterm.hasSelection()) this.#selected();
  };

  /** A browser's own menu for a resting finger. */
  readonly menu = (event: Event): void => {
    if (this.#doing === 'nothing') return;
    event.preventDefault();
    event.stopPropagation();
  };

  readonly stop = (): void => {
    clearTimeout(this.#timer);
    this.#doing = 'nothing';
  };

  /** Whether the finger is the terminal's. */
  #scroll({ clientY }: Touch): boolean {
    const { viewportY, baseY } = this.#xterm.buffer.active;
    const moved = clientY - this.#y;
    if (this.#doing === 'pressing') {
      if (Math.abs(moved) < SLOP_PX) return false;
      const more = moved > 0 ? viewportY > 0 : viewportY < baseY;
      this.stop();
      if (!more) return false;
      this.#doing = 'scrolling';
    }
    const lines = Math.trunc(moved / this.#cell().height);
    if (lines !== 0) {
      this.#xterm.scrollLines(-lines);
      this.#y += lines * this.#cell().height;
    }
    return true;
  }

  #box(): DOMRect {
    return this.#xterm.element!.querySelector('.xterm-screen')!.getBoundingClientRect();
  }

  #cell(): { width: number; height: number } {
    const { width, height } = this.#box();
    return { width: width / this.#xterm.cols, height: height / this.#xterm.rows };
  }

  #cellAt({ clientX, clientY }: { clientX: number; clientY: number }): Cell {
    const { left, top } = this.#box();
    const { width, height } = this.#cell();
    const within = (value: number, end: number): number =>
      Math.max(0, Math.min(end - 1, Math.floor(value)));
    const row = within((clientY - top) / height, this.#xterm.rows);
    return {
      column: within((clientX - left) / width, this.#xterm.cols),
      row: row + this.#xterm.buffer.active.viewportY,
    };
  }

  #selectWord(): void {
    const { column, row } = this.#cellAt({ clientX: this.#x, clientY: this.#y });
    const line = this.#xterm.buffer.active.getLine(row);
    const blank = (at: number): boolean => (line?.getCell(at)?.getChars() ?? '').trim() === '';
    let first = column;
    let after = column + 1;
    if (!blank(column)) {
      while (first > 0 && !blank(first - 1)) first--;
      while (after < this.#xterm.cols && !blank(after)) after++;
    }
    this.#doing = 'selecting';
    this.#word = [
      { column: first, row },
      { column: after, row },
    ];
    this.#select(...this.#word);
  }

  #selectTo(cell: Cell): void {
    const [first, after] = this.#word!;
    if (this.#order(cell) < this.#order(first)) this.#select(cell, after);
    else this.#select(first, this.#order(cell) < this.#order(after) ? after : next(cell));
  }

  #select(first: Cell, after: Cell): void {
    this.#xterm.select(first.column, first.row, this.#order(after) - this.#order(first));
  }

  #order({ column, row }: Cell): number {
    return row * this.#xterm.cols + column;
  }
}

const next = ({ column, row }: Cell): Cell => ({ column: column + 1, row });

export function acceptTouch(xterm: Xterm, parent: HTMLElement, selected: () => void): () => void {
  const fingers = new Fingers(xterm, selected);
  const stopping = new AbortController();
  const { signal } = stopping;
  parent.addEventListener('touchstart', fingers.start, { signal, passive: true });
  parent.addEventListener('touchmove', fingers.move, { signal, passive: false });
  parent.addEventListener('touchend', fingers.end, { signal, passive: false });
  parent.addEventListener('touchcancel', fingers.stop, { signal });
  parent.addEventListener('contextmenu', fingers.menu, { signal, capture: true });
  return () => {
    fingers.stop();
    stopping.abort();
  };
}
