/**
 * Watches what the terminal shows for the shell's prompt, and types lines when it is there.
 *
 *   seen(text)                what was printed, in order
 *   typeLines(text, drives)   each line once a prompt waits for it; they belong to these disks
 *   drop(drive)               forgets the lines that belong to its disk; how many
 *   onPrompt                  called at every prompt
 *   clear()                   forgets both
 *
 * A prompt is `X:\...>` at the end of what was printed. A line is typed only then, so that a
 * command that reads the keyboard does not swallow the next one.
 */

const PROMPT = /(?:^|[\r\n])[A-Z]:\\[^\r\n<>|"?*]*>$/;
// What moves the cursor or colours, which an editor may print behind its prompt.
const CONTROL_SEQUENCE = /\x1b\[[0-9;?]*[A-Za-z]/g;
const LONGEST = 600;

/** The lines that are typed: those in which there is something. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
}

export class PromptWatch {
  onPrompt: (() => void) | undefined;
  readonly #type: (text: string) => void;
  #tail = '';
  #waiting = false;
  #lines: { text: string; disks: readonly string[] }[] = [];

  constructor(type: (text: string) => void) {
    this.#type = type;
  }

  seen(text: string): void {
    this.#tail = (this.#tail + text).replace(CONTROL_SEQUENCE, '').slice(-LONGEST);
    this.#waiting = PROMPT.test(this.#tail);
    if (!this.#waiting) return;
    this.onPrompt?.();
    this.#next();
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
  }

  #next(): void {
    const line = this.#lines.shift();
    if (line === undefined) return;
    this.#waiting = false;
    this.#type(`${line.text}\r`);
  }
}
