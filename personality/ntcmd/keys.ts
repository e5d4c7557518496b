/**
 * From the bytes of a terminal's keyboard to keys.
 *
 * A key is a character, or a name of more than one letter ('left'); nothing else comes out, so
 * that no key types garbage: escape sequences that are not known here are swallowed whole, however
 * they are cut. What is typed ahead waits.
 *
 *   feed(bytes)      UTF-8, cut anywhere
 *   next(), peek()   the next key; undefined: none is complete
 *   full             as many keys wait as should be taken from the device
 *   interrupted()    whether there is a Ctrl-C among those that wait; it and all before it are
 *                    dropped
 *   size             of the window, as the terminal told it (`CSI 48 ; rows ; columns ; ... t`);
 *                    that it has another is a key too ('resize'), in its place among the others
 *
 * An Escape of its own is no key. It is told from Alt with a letter (ESC and the letter at once) by
 * coming alone.
 *
 * Source: ECMA-48 5.3-5.6 (escape sequences, control sequences, control strings); xterm's ctlseqs
 * ("PC-Style Function Keys"); the mode for in-band window resize notifications (2048).
 */

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
}

/** Final bytes of CSI and SS3. */
const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  P: 'f1',
  R: 'f3',
  Z: 'backtab',
};
/** First parameter of `CSI ... ~`. */
const NUMBERED: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  13: 'f3',
  15: 'f5',
  18: 'f7',
  19: 'f8',
};
/** With Ctrl or Alt held; others have no meaning with them. */
const MODIFIED: Readonly<Record<string, string>> = {
  left: 'wordleft',
  right: 'wordright',
  home: 'erasehome',
  end: 'eraseend',
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
  '\u001a': 'eof',
  '\t': 'tab',
  '\u0013': 'save',
  '\u0011': 'leave',
  '\u0018': 'leave',
  '\u0006': 'find',
  '\u0007': 'next',
};
const ESCAPE = '\u001b';
const SHIFT = 2;
const SIZE_REPORT = /^48;(\d{1,4});(\d{1,4})(?:;|$)/;
/** Keys that are waiting: more are left with the device, which holds the line. */
const ENOUGH = 0x1_0000;
/** Of a sequence; of a longer one it is only waited for the end. */
const LONGEST = 64;
/** What begins a control string: OSC, DCS, SOS, PM, APC. */
const STRINGS = /^[\]PX^_]/;

export class KeyReader {
  size: WindowSize | undefined;
  readonly #decoder = new TextDecoder();
  #waiting: string[] = [];
  #at = 0;
  /** What has come of a sequence, behind its ESC. */
  #sequence: string | undefined;
  /** The ESC was the last byte of what was fed. */
  #alone = false;
  #afterReturn = false;

  feed(bytes: Uint8Array): void {
    this.#alone = this.#sequence === '';
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      const key = this.#take(character);
      this.#alone = false;
      if (key !== undefined) this.#waiting.push(key);
    }
    // Alt with a key that could begin a string: nobody sends one in parts.
    if (this.#sequence?.length === 1 && STRINGS.test(this.#sequence)) this.#sequence = undefined;
  }

  next(): string | undefined {
    const key = this.#waiting[this.#at];
    if (key === undefined) this.#waiting = [];
    this.#at = key === undefined ? 0 : this.#at + 1;
    return key;
  }

  peek(): string | undefined {
    return this.#waiting[this.#at];
  }

  get full(): boolean {
    return this.#waiting.length - this.#at >= ENOUGH;
  }

  interrupted(): boolean {
    const last = this.#waiting.lastIndexOf('cancel');
    if (last < this.#at) return false;
    this.#at = last + 1;
    return true;
  }

  #take(character: string): string | undefined {
    // A terminal's CR LF is one end of line.
    const second = character === '\n' && this.#afterReturn;
    this.#afterReturn = character === '\r';
    if (second) return undefined;
    if (this.#sequence === undefined || this.#breaksOff(character)) return this.#plain(character);
    if (this.#sequence === '' && this.#alone && character !== '[') {
      this.#sequence = undefined;
      return this.#plain(character);
    }
    this.#sequence += character;
    if (!isComplete(this.#sequence)) {
      if (this.#sequence.length > LONGEST) this.#sequence = `${this.#sequence[0]}?`;
      return undefined;
    }
    const whole = this.#sequence;
    this.#sequence = undefined;
    return this.#meaning(whole);
  }

  /** Enter and Ctrl-C are never part of a sequence, and ESC begins another one. */
  #breaksOff(character: string): boolean {
    if (character === ESCAPE && STRINGS.test(this.#sequence!)) return false;
    if (!'\r\n\u0003\u001b'.includes(character)) return false;
    this.#sequence = undefined;
    return true;
  }

  #plain(character: string): string | undefined {
    if (character === ESCAPE) {
      this.#sequence = '';
      return undefined;
    }
    return CONTROLS[character] ?? (character >= ' ' ? character : undefined);
  }

  #meaning(sequence: string): string | undefined {
    if (sequence === 'b') return 'wordleft';
    if (sequence === 'f') return 'wordright';
    const parts = /^(?:\[|O)([\d;]*)([A-Za-z~])$/.exec(sequence);
    if (!parts) return undefined;
    const [parameters, final] = [parts[1]!, parts[2]!];
    if (final === 't') return this.#resize(parameters);
    const [first = '', second] = parameters.split(';');
    const key = final === '~' ? NUMBERED[first] : FINALS[final];
    const modifier = Number(second ?? 1);
    return modifier <= SHIFT || key === undefined ? key : MODIFIED[key];
  }

  #resize(parameters: string): string | undefined {
    const report = SIZE_REPORT.exec(parameters);
    if (!report) return undefined;
    const [rows, columns] = [Number(report[1]), Number(report[2])];
    if (rows < 2 || columns < 2) return undefined;
    this.size = { rows, columns };
    return 'resize';
  }
}

/** Whether a sequence, behind its ESC, has come to its end. */
function isComplete(sequence: string): boolean {
  switch (sequence[0]) {
    case '[':
      // Linux: CSI [ and a letter.
      if (sequence[1] === '[') return sequence.length === 3;
      return sequence.length > 1 && /[@-~]$/.test(sequence);
    case 'O':
      return sequence.length > 1 && /[@-~]$/.test(sequence);
    default:
      // Strings end with BEL or ST; the others are intermediates, then one more.
      return STRINGS.test(sequence)
        ? /(?:\u0007|\u001b\\|\u009c)$/.test(sequence)
        : !/^[ -/]+$/.test(sequence);
  }
}
