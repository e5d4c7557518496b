/**
 * Text and control: what a terminal is sent, and who may tell it to do something.
 *
 * A terminal acts on some characters. Names, labels and files come from disks that anybody may have
 * made, so that text and control are two types here: a console takes text as a string, and shows
 * it; what acts is a `Screen`, which this file alone makes, out of a fixed set of actions. There is
 * no way from a string to a `Screen` but `shown`.
 *
 *   shown(text)      each character of a text as something that can only be seen; `\n` and Tab stay
 *   named(name)      a name as a text on its line: `\n` and Tab of a disk's names are seen too
 *   cell(character)  the same for one that was typed: one cell
 *   cells(character) how many cells it takes; widthOf(text) those of a text
 *   CLEAR, BELL, NEW_LINE, ERASE, back(count), up, down, column, at, join(...), and the like
 *   atPrompt, atQuestion, atWork, ended(line, status)
 *                    marks that are not seen (marks.ts)
 *
 * Control characters look as they did on a PC's screen (code page 437). What has no look of its own
 * (the other control range, characters of width zero, those that turn the direction of writing) is
 * shown as U+FFFD. At most MARKS combining marks stay with a letter, so that a name stays on its
 * line.
 */
import { AT_PROMPT, AT_QUESTION, AT_WORK, atEnd } from './marks.ts';

declare const made: unique symbol;
/** What a terminal is sent as it is. */
export type Screen = string & { readonly [made]: true };

/** 00 to 1F as the PC's screen showed them. */
const GLYPHS = ' ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼';
const HOUSE = '⌂';
const UNSHOWN = '\ufffd';
/** A mark without a letter gets this one. */
const CARRIER = '\u25cc';
const MARKS = 3;

/** Any of these needs a look of its own; most texts have none. */
const SPECIAL = /[^\n\t -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2500-\u25ff]/;
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}]$/u;
/** Drawn on the letter before: marks, and the vowels and ends of Hangul syllables. */
const MARK = /^[\p{M}\u1160-\u11ff]$/u;

export function shown(text: string): Screen {
  const lines = text.replaceAll('\r\n', '\n');
  if (!SPECIAL.test(lines)) return lines as Screen;
  let out = '';
  /** Marks on the last letter; none may come before a letter. */
  let marks = Infinity;
  for (const character of lines) {
    if (MARK.test(character) && !INVISIBLE.test(character)) {
      if (marks === Infinity) out += CARRIER;
      marks = marks === Infinity ? 1 : marks + 1;
      out += marks <= MARKS ? character : UNSHOWN;
      continue;
    }
    const stays = character === '\n' || character === '\t';
    out += stays ? character : look(character);
    marks = stays ? Infinity : 0;
  }
  return out as Screen;
}

/** For whatever prints a name: the shell itself ends lines, and nothing else does. */
export function named(name: string): string {
  return name.replace(/[\t\n\r]/g, (character) => GLYPHS[character.charCodeAt(0)]!);
}

/** An echo: the line editor counts one cell for each. */
export function cell(character: string): Screen {
  if (character >= ' ' && character <= '~') return character as Screen;
  const mark = MARK.test(character) && !INVISIBLE.test(character);
  return (mark ? CARRIER + character : look(character)) as Screen;
}

/** Wide in East Asia: what the terminal draws in two cells. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]$/u;

/** Of a character of shown text: a mark shares its letter's cell. */
export function cells(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

export function widthOf(text: string): number {
  let width = 0;
  for (const character of shown(text)) width += cells(character);
  return width;
}

function look(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return GLYPHS[code]!;
  if (code === 0x7f) return HOUSE;
  return INVISIBLE.test(character) ? UNSHOWN : character;
}

/** Screen and scrollback are empty, the cursor is at home. */
export const CLEAR = '\u001b[2J\u001b[3J\u001b[H' as Screen;
export const BELL = '\u0007' as Screen;
export const NEW_LINE = '\r\n' as Screen;
export const NOTHING = '' as Screen;
/** From the cursor to the end of the screen. */
export const ERASE = '\u001b[J' as Screen;

/** The cursor goes left. */
export function back(count: number): Screen {
  return '\b'.repeat(count) as Screen;
}

export function up(count: number): Screen {
  return (count > 0 ? `\u001b[${count}A` : '') as Screen;
}

export function down(count: number): Screen {
  return (count > 0 ? `\u001b[${count}B` : '') as Screen;
}

/** From 0. */
export function column(place: number): Screen {
  return `\u001b[${place + 1}G` as Screen;
}

/** A place on the screen, from 0. */
export function at(row: number, place: number): Screen {
  return `\u001b[${row + 1};${place + 1}H` as Screen;
}

/** From the cursor to the end of its row. */
export const ERASE_LINE = '\u001b[K' as Screen;
export const INVERSE = '\u001b[7m' as Screen;
export const NORMAL = '\u001b[m' as Screen;
/** A screen of its own, and back to the one before with the cursor where it was. */
export const OTHER_SCREEN = '\u001b[?1049h\u001b[2J' as Screen;
export const FIRST_SCREEN = '\u001b[?1049l' as Screen;
/** Where it is not known on which one somebody left; the cursor stays. */
export const ANY_SCREEN = '\u001b[?1047l' as Screen;

/** Asks the terminal to tell its size, now and whenever it changes (mode 2048). */
export const WATCH_SIZE = '\u001b[?2048h' as Screen;

export const atPrompt = AT_PROMPT as Screen;
export const atQuestion = AT_QUESTION as Screen;
export const atWork = AT_WORK as Screen;

export function ended(line: string, status: number): Screen {
  return atEnd(line, status) as Screen;
}

export function join(...parts: readonly Screen[]): Screen {
  return parts.join('') as Screen;
}

/** A terminal's line ends in CR LF. */
export function lines(text: Screen): Screen {
  return text.replaceAll('\n', '\r\n') as Screen;
}
