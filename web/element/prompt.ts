/**
 * Watches what the shell does, by the marks in what it sends (ntcmd/marks.ts), and types lines when
 * it waits for a command.
 *
 *   seen(text)                what was printed, in order
 *   typed(text)               what somebody types
 *   typeLines(text, drives)   each line once a prompt waits for it; they belong to these disks
 *   drop(drive)               forgets the lines that belong to its disk; how many
 *   onPrompt                  called at every prompt
 *   onEnd(line, status)       a command line has ended; `line` is empty where it was too long
 *   onWork(is)                a line was typed, and the shell has not done with it; or it has
 *   clear()                   forgets all
 *
 * What looks like a prompt is none: a file may have it in it. A line is typed only where nothing
 * was typed since the prompt, so that a command that reads the keyboard does not swallow it.
 *
 * The shell has done once it waits again, and does so for a moment: a line typed ahead is taken at
 * once, and what was written last may be told of on another way, a little later.
 */
import { isSizeReport } from './terminal-size.ts';

const MARK = /\x1b\]133;([BCDP])([^\x07\x1b]*)\x07/g;
/** What the shell says of a line that has ended. */
const ENDED = /^;(\d+)(?:;cmdline_url=(.*))?/;
/** Of a mark that is cut. */
const LONGEST = 4096;
const MOMENT = 100;

/** The lines that are typed: those in which there is something. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
}

export class PromptWatch {
  onPrompt: (() => void) | undefined;
  onWork: ((is: boolean) => void) | undefined;
  onEnd: ((line: string, status: number) => void) | undefined;
  readonly #type: (text: string) => void;
  #tail = '';
  #waiting = false;
  #working = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lines: { text: string; disks: readonly string[] }[] = [];

  constructor(type: (text: string) => void) {
    this.#type = type;
  }

  seen(text: string): void {
    const all = this.#tail + text;
    const marks = [...all.matchAll(MARK)];
    const begun = all.lastIndexOf('\x1b');
    this.#tail = begun < 0 || all.length - begun > LONGEST ? '' : all.slice(begun);
    const last = marks.at(-1);
    if (!last) return;
    if (last.index === begun) this.#tail = '';
    this.#waiting = last[1] === 'B';
    if (last[1] === 'C') this.#work(true);
    else this.#timer ??= setTimeout(() => this.#work(false), MOMENT);
    for (const [, kind, words] of marks) if (kind === 'D') this.#ended(words!);
    if (marks.some(([, kind]) => kind === 'B')) this.onPrompt?.();
    if (this.#waiting) this.#next();
  }

  #ended(words: string): void {
    const [, status, line = ''] = ENDED.exec(words) ?? [];
    if (status !== undefined) this.onEnd?.(decoded(line), Number(status));
  }

  typed(text: string): void {
    // Escape is no key of the shell's: it is how somebody leaves the terminal.
    if (text === '\x1b' || isSizeReport(text)) return;
    this.#waiting = false;
    if (/[\r\n]/.test(text)) this.#work(true);
  }

  typeLines(text: string, disks: readonly string[] = []): void {
    for (const line of linesOf(text)) this.#lines.push({ text: line, disks });
    if (this.#waiting) this.#next();
  }

  drop(drive: string): number {
    const before = this.#lines.length;
    this.#lines = this.#lines.filter(({ disks }) => !disks.includes(drive));
    return before - this.#lines.length;
  }

  /** Another system begins: nothing of the old one counts. */
  clear(): void {
    this.#tail = '';
    this.#waiting = false;
    this.#lines = [];
    this.#work(false);
  }

  #next(): void {
    const line = this.#lines.shift();
    if (line === undefined) return;
    this.#waiting = false;
    this.#type(`${line.text}\r`);
  }

  #work(is: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (is === this.#working) return;
    this.#working = is;
    this.onWork?.(is);
  }
}

/** A program may write such a mark, too, and what it likes into it. */
function decoded(line: string): string {
  try {
    return decodeURIComponent(line);
  } catch {
    return line;
  }
}
