/**
 * Line editing for a terminal: keys in, echo out, no devices.
 *
 * The keys are those of NT's prompt:
 *
 *   left, right, Home, End         the cursor; with Ctrl by words, Ctrl-Home and Ctrl-End erase
 *   Backspace, Delete, Ctrl-U      erase a character, the line
 *   Insert                         characters replace what is there, until the line's end
 *   up, down, Page Up, Page Down   earlier lines; the first, the last
 *   F1, F3                         a character of the last line, the rest of it
 *   F5, F7, F8                     as up; the list of the lines; the one that begins as typed
 *   Tab, Shift-Tab                 what the word could become, one after the other
 *   Ctrl-C                         drops the line
 *
 * A line that is longer than the window is wide is drawn right if the terminal has told its width
 * (keys.ts). One that is longer than MAXIMUM is refused as a whole, with a line that says so.
 *
 * What is typed is echoed as it looks: pasted control characters and the like act on nothing
 * (screen.ts).
 *
 *   start(prompt)   begins a line; what to print
 *   next()          handles the keys that have come: the echo, and the line once it is complete
 *   offer(candidates, wish)   answers a Tab: it asks, since only a shell knows names of files
 *   feed(bytes)     for whom has no reader of his own
 */
import { History } from './history.ts';
import { KeyReader } from './keys.ts';
import { move, type Place, placeBehind } from './place.ts';
import * as screen from './screen.ts';
import { cell, join, NEW_LINE, NOTHING, type Screen, shown } from './screen.ts';

/** Characters of a line, as in NT. */
const MAXIMUM = 8191;
const TOO_LONG = `The line has more than ${MAXIMUM} characters and was not taken (STATUS_BUFFER_OVERFLOW).`;
const END_OF_FILE = '\u001a';

export interface EditorAnswer {
  readonly echo: Screen;
  readonly line?: string;
  /** Ctrl-C. */
  readonly cancelled?: true;
  /** A line was too long, and another one has begun. */
  readonly refused?: true;
  /** Tab: what could come of the end of the text is to be offered. */
  readonly wish?: Wish;
}

export interface Wish {
  /** What is typed before the cursor. */
  readonly text: string;
  /** 1: the first candidate, -1: the last one. */
  readonly step: 1 | -1;
}

/** What the end of a text could become. */
export interface Candidates {
  /** What of it stays. */
  readonly before: string;
  readonly words: readonly string[];
}

/** Candidates that Tab goes through: they replace the line from `start` to the cursor. */
interface Cycle {
  readonly start: number;
  readonly words: readonly string[];
  index: number;
}

export class LineEditor {
  readonly #keys: KeyReader;
  readonly #history = new History();
  /** Ctrl-Z is a character: the text ends there. */
  readonly #endable: boolean;
  #prompt: Screen = NOTHING;
  #text: string[] = [];
  #cursor = 0;
  #replacing = false;
  #overflowed = false;
  #cycle: Cycle | undefined;
  /** By which the line is drawn now. */
  #columns = Infinity;

  constructor(keys = new KeyReader(), endable = false) {
    this.#keys = keys;
    this.#endable = endable;
  }

  start(prompt: string): Screen {
    this.#prompt = shown(prompt);
    this.#history.restart();
    return this.#begin();
  }

  feed(bytes: Uint8Array): void {
    this.#keys.feed(bytes);
  }

  next(): EditorAnswer {
    let echo = NOTHING;
    let refused = false;
    for (;;) {
      const key = this.#keys.next();
      if (key === undefined) return { echo, ...(refused && { refused }) };
      if (key === 'cancel') {
        echo = join(echo, this.#go(this.#text.length), shown('^C'), NEW_LINE);
        return { echo, cancelled: true };
      }
      if (key === 'tab' || key === 'backtab') {
        const step = key === 'tab' ? 1 : -1;
        if (!this.#cycle) return { echo, wish: { text: this.#before, step } };
        echo = join(echo, this.#turn(this.#cycle, step));
        continue;
      }
      this.#cycle = undefined;
      if (isCharacter(key)) echo = join(echo, this.#insert([key, ...this.#characters()]));
      else if (key !== 'enter') echo = join(echo, this.#press(key));
      else if (this.#overflowed) {
        echo = join(echo, this.#refuse());
        refused = true;
      } else
        return { echo: join(echo, this.#go(this.#text.length), NEW_LINE), line: this.#enter() };
    }
  }

  offer({ before, words }: Candidates, { step }: Wish): Screen {
    if (words.length === 0) return screen.BELL;
    const index = step > 0 ? -1 : 0;
    this.#cycle = { start: [...before].length, words, index };
    return this.#turn(this.#cycle, step);
  }

  #turn(cycle: Cycle, step: number): Screen {
    const { start, words } = cycle;
    cycle.index = (cycle.index + step + words.length) % words.length;
    const word = [...words[cycle.index]!];
    const length = this.#text.length - (this.#cursor - start) + word.length;
    if (length > MAXIMUM) return screen.BELL;
    const typed = this.#cursor - start;
    const there = this.#go(start);
    this.#text.splice(start, typed, ...word);
    return join(there, this.#draw(true), this.#go(start + word.length));
  }

  get #before(): string {
    return this.#text.slice(0, this.#cursor).join('');
  }

  /** More of what was typed or pasted, to be drawn at once. */
  #characters(): string[] {
    const characters: string[] = [];
    for (let key = this.#keys.peek(); key && isCharacter(key); key = this.#keys.peek()) {
      characters.push(key);
      this.#keys.next();
    }
    return characters;
  }

  #begin(): Screen {
    this.#text = [];
    this.#cursor = 0;
    this.#replacing = false;
    this.#overflowed = false;
    this.#cycle = undefined;
    this.#columns = this.#keys.size?.columns ?? Infinity;
    return this.#prompt;
  }

  #press(key: string): Screen {
    switch (key) {
      case 'left':
        return this.#go(this.#cursor - 1);
      case 'right':
        return this.#go(this.#cursor + 1);
      case 'home':
        return this.#go(0);
      case 'end':
        return this.#go(this.#text.length);
      case 'wordleft':
        return this.#go(this.#wordBefore());
      case 'wordright':
        return this.#go(this.#wordBehind());
      case 'backspace':
        return this.#remove(this.#cursor - 1, this.#cursor);
      case 'delete':
        return this.#remove(this.#cursor, this.#cursor + 1);
      case 'erasehome':
        return this.#remove(0, this.#cursor);
      case 'eraseend':
        return this.#remove(this.#cursor, this.#text.length);
      case 'clear':
        return this.#replace('');
      case 'insert':
        this.#replacing = !this.#replacing;
        return NOTHING;
      case 'resize':
        return this.#resize();
      case 'eof':
        return this.#endable ? this.#insert([END_OF_FILE]) : NOTHING;
      default:
        return this.#recall(key);
    }
  }

  /** What the keys of the history do; nothing for others. */
  #recall(key: string): Screen {
    const history = this.#history;
    switch (key) {
      case 'up':
      case 'f5':
        return this.#show(history.at - 1);
      case 'down':
        return this.#show(history.at + 1);
      case 'pageup':
        return this.#show(0);
      case 'pagedown':
        return this.#show(history.lines.length - 1);
      case 'f1':
        return this.#insert([...history.last].slice(this.#cursor, this.#cursor + 1), true);
      case 'f3':
        return this.#insert([...history.last].slice(this.#cursor), true);
      case 'f7':
        return this.#list();
      case 'f8':
        return this.#search();
      default:
        return NOTHING;
    }
  }

  #show(index: number): Screen {
    const line = this.#history.go(index, this.#text.join(''));
    return line === undefined ? NOTHING : this.#replace(line);
  }

  #search(): Screen {
    const cursor = this.#cursor;
    const line = this.#history.startingWith(this.#text.slice(0, cursor).join(''));
    return line === undefined ? NOTHING : join(this.#replace(line), this.#go(cursor));
  }

  /** The lines with their numbers, below; then the prompt again with what was typed. */
  #list(): Screen {
    const lines = this.#history.lines.map((line, i) =>
      join(shown(`${String(i + 1).padStart(4)}: ${line.replaceAll(END_OF_FILE, '')}`), NEW_LINE),
    );
    if (lines.length === 0) return NOTHING;
    const cursor = this.#cursor;
    const below = join(this.#go(this.#text.length), NEW_LINE, ...lines, this.#prompt);
    this.#cursor = 0;
    return join(below, this.#draw(false), this.#go(cursor));
  }

  /** `over`: in the place of what is there, as the Insert key has it. */
  #insert(characters: readonly string[], over = this.#replacing): Screen {
    const behind = this.#text.length - this.#cursor;
    const replaced = over ? Math.min(characters.length, behind) : 0;
    if (this.#text.length - replaced + characters.length > MAXIMUM) {
      this.#overflowed = true;
      return screen.BELL;
    }
    const end = this.#cursor + characters.length;
    this.#text.splice(this.#cursor, replaced, ...characters);
    const drawn = this.#draw(replaced > 0);
    return join(drawn, this.#go(end));
  }

  #remove(from: number, to: number): Screen {
    const start = Math.max(from, 0);
    if (start >= Math.min(to, this.#text.length)) return NOTHING;
    const there = this.#go(start);
    this.#text.splice(start, to - start);
    const drawn = this.#draw(true);
    return join(there, drawn, this.#go(start));
  }

  #replace(text: string): Screen {
    const home = this.#go(0);
    this.#text = [...text];
    return join(home, this.#draw(true));
  }

  /** Prints from the cursor to the end, where the cursor is then. */
  #draw(erase: boolean): Screen {
    const printed = join(...this.#text.slice(this.#cursor).map(cell));
    const moved = this.#cursor < this.#text.length;
    this.#cursor = this.#text.length;
    // Behind the last cell of a row the cursor waits; a blank takes it to the next one.
    const wrapped = moved && this.#place().column === 0 ? shown(' ') : NOTHING;
    const begun = wrapped === NOTHING ? NOTHING : screen.back(1);
    return join(printed, wrapped, begun, erase ? screen.ERASE : NOTHING);
  }

  #go(index: number): Screen {
    const target = Math.max(0, Math.min(index, this.#text.length));
    const from = this.#place();
    const passed = this.#text.slice(this.#cursor, target);
    this.#cursor = target;
    // Where the width is not known, the characters themselves lead to the right.
    if (passed.length > 0 && this.#columns === Infinity) return join(...passed.map(cell));
    return move(from, this.#place());
  }

  #place(): Place {
    const before = this.#text.slice(0, this.#cursor).map(cell).join('');
    return placeBehind(this.#prompt + before, this.#columns);
  }

  /**
   * A terminal leaves the rows of the line that the cursor is in as they were: they are drawn anew
   * where there were more than one, or are now.
   */
  #resize(): Screen {
    const old = this.#columns;
    const columns = this.#keys.size?.columns ?? Infinity;
    const text = this.#prompt + this.#text.map(cell).join('');
    const inOneRow = placeBehind(text, Math.min(old, columns)).row === 0;
    const from = this.#place();
    const cursor = this.#cursor;
    this.#columns = columns;
    // Told for the first time, it is how the line has been drawn.
    if (old === Infinity || old === columns || inOneRow) return NOTHING;
    const begin = join(screen.up(from.row), screen.column(0), screen.ERASE, this.#prompt);
    this.#cursor = 0;
    return join(begin, this.#draw(false), this.#go(cursor));
  }

  #wordBefore(): number {
    let at = this.#cursor;
    while (at > 0 && this.#text[at - 1] === ' ') at--;
    while (at > 0 && this.#text[at - 1] !== ' ') at--;
    return at;
  }

  #wordBehind(): number {
    let at = this.#cursor;
    while (at < this.#text.length && this.#text[at] !== ' ') at++;
    while (at < this.#text.length && this.#text[at] === ' ') at++;
    return at;
  }

  #refuse(): Screen {
    const end = this.#go(this.#text.length);
    return join(end, NEW_LINE, shown(TOO_LONG), NEW_LINE, NEW_LINE, screen.BELL, this.#begin());
  }

  #enter(): string {
    const line = this.#text.join('');
    this.#history.add(line);
    return line;
  }
}

/** Names of keys have more than one letter; so has a character outside of the first plane. */
function isCharacter(key: string): boolean {
  return key.length === 1 || key > '\ud7ff';
}
