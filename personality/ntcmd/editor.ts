/**
 * Line editing for a terminal: keys in, echo out, no devices.
 *
 * The keys are a VT100's: cursor left and right, Home, End, Backspace, Delete, cursor up and down
 * through the history; Ctrl-C drops the line, Ctrl-U clears it. Typed ahead is kept: `next` stops
 * at the end of a line, and what follows waits for the next one.
 *
 * What is typed is echoed as it looks: pasted control characters and the like act on nothing
 * (screen.ts).
 *
 *   start(prompt)   begins a line; what to print
 *   feed(bytes)     UTF-8 from the keyboard, cut anywhere
 *   next()          handles what was fed: the echo, and the line once it is complete
 */

import { back, BELL, cell, join, NEW_LINE, NOTHING, type Screen, shown } from './screen.ts';

const HISTORY = 100;
const MAXIMUM = 2000;
const ESCAPE = '\u001b';

/** Escape sequences to key names; a prefix of one waits for the rest. */
const KEYS: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[3~': 'delete',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0001': 'home',
  '\u0005': 'end',
  '\u0003': 'cancel',
  '\u0015': 'clear',
};

export class LineEditor {
  #prompt: Screen = NOTHING;
  #text: string[] = [];
  #cursor = 0;
  #input: string[] = [];
  #escape: string | undefined;
  readonly #history: string[] = [];
  #recalled = 0;
  #draft = '';
  readonly #decoder = new TextDecoder();
  #afterReturn = false;

  start(prompt: string): Screen {
    this.#prompt = shown(prompt);
    this.#text = [];
    this.#cursor = 0;
    this.#recalled = this.#history.length;
    return this.#prompt;
  }

  feed(bytes: Uint8Array): void {
    this.#input.push(...this.#decoder.decode(bytes, { stream: true }));
  }

  next(): { echo: Screen; line?: string } {
    let echo = NOTHING;
    for (;;) {
      const character = this.#input.shift();
      if (character === undefined) return { echo };
      // A terminal's CR LF is one end of line.
      if (character === '\n' && this.#afterReturn) {
        this.#afterReturn = false;
        continue;
      }
      this.#afterReturn = character === '\r';
      const key = this.#key(character);
      if (key === 'enter') return { echo: join(echo, NEW_LINE), line: this.#enter() };
      if (key !== undefined) echo = join(echo, this.#press(key));
    }
  }

  /**
   * The key that a character completes: a name, or the character itself; undefined inside a
   * sequence.
   */
  #key(character: string): string | undefined {
    if (this.#escape !== undefined) {
      this.#escape += character;
      const key = KEYS[this.#escape];
      const open = Object.keys(KEYS).some((sequence) => sequence.startsWith(this.#escape!));
      if (key !== undefined || !open) this.#escape = undefined;
      return key;
    }
    if (character === ESCAPE) {
      this.#escape = '';
      return undefined;
    }
    const control = CONTROLS[character];
    if (control) return control;
    return character >= ' ' ? character : undefined;
  }

  #press(key: string): Screen {
    switch (key) {
      case 'left':
        return this.#moveTo(this.#cursor - 1);
      case 'right':
        return this.#moveTo(this.#cursor + 1);
      case 'home':
        return this.#moveTo(0);
      case 'end':
        return this.#moveTo(this.#text.length);
      case 'backspace':
        if (this.#cursor === 0) return NOTHING;
        return join(this.#moveTo(this.#cursor - 1), this.#remove());
      case 'delete':
        return this.#remove();
      case 'up':
        return this.#recall(this.#recalled - 1);
      case 'down':
        return this.#recall(this.#recalled + 1);
      case 'clear':
        return this.#replace('');
      case 'cancel':
        this.#text = [];
        this.#cursor = 0;
        return join(shown('^C'), NEW_LINE, this.#prompt);
      default:
        return this.#insert(key);
    }
  }

  #insert(character: string): Screen {
    if (this.#text.length >= MAXIMUM) return BELL;
    this.#text.splice(this.#cursor++, 0, character);
    return join(cell(character), this.#tail(0));
  }

  #remove(): Screen {
    if (this.#cursor === this.#text.length) return NOTHING;
    this.#text.splice(this.#cursor, 1);
    return this.#tail(1);
  }

  /** Prints what is behind the cursor, and goes back to it. */
  #tail(erase: number): Screen {
    const tail = this.#text.slice(this.#cursor);
    return join(cells(tail), blanks(erase), back(tail.length + erase));
  }

  #moveTo(place: number): Screen {
    const target = Math.max(0, Math.min(place, this.#text.length));
    const from = this.#cursor;
    this.#cursor = target;
    if (target < from) return back(from - target);
    return cells(this.#text.slice(from, target));
  }

  #recall(index: number): Screen {
    if (index < 0 || index > this.#history.length) return NOTHING;
    if (this.#recalled === this.#history.length) this.#draft = this.#text.join('');
    this.#recalled = index;
    return this.#replace(this.#history[index] ?? this.#draft);
  }

  #replace(text: string): Screen {
    const home = this.#moveTo(0);
    const old = this.#text.length;
    this.#text = [...text];
    this.#cursor = this.#text.length;
    const blank = Math.max(0, old - this.#text.length);
    return join(home, cells(this.#text), blanks(blank), back(blank));
  }

  #enter(): string {
    const line = this.#text.join('');
    if (line.trim() && line !== this.#history.at(-1)) this.#history.push(line);
    if (this.#history.length > HISTORY) this.#history.shift();
    return line;
  }
}

function cells(characters: readonly string[]): Screen {
  return join(...characters.map(cell));
}

function blanks(count: number): Screen {
  return shown(' '.repeat(count));
}
