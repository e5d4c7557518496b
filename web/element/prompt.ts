/**
 * Watches what the terminal shows for the shell's prompt, and types lines when it is there.
 *
 *   seen(text)        what was printed, in order
 *   typeLines(text)   each line once a prompt waits for it
 *   onPrompt          called at every prompt
 *   clear()           forgets both
 *
 * A prompt is `X:\...>` at the end of what was printed. A line is typed only then, so that a
 * command that reads the keyboard does not swallow the next one.
 */

const PROMPT = /(?:^|[\r\n])[A-Z]:\\[^\r\n<>|"?*]*>$/;
// What moves the cursor or colours, which an editor may print behind its prompt.
const CONTROL_SEQUENCE = /\x1b\[[0-9;?]*[A-Za-z]/g;
const LONGEST = 600;

export class PromptWatch {
  onPrompt: (() => void) | undefined;
  readonly #type: (text: string) => void;
  #tail = '';
  #waiting = false;
  #lines: string[] = [];

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

  typeLines(text: string): void {
    const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
    this.#lines.push(...lines);
    if (this.#waiting) this.#next();
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
    this.#type(`${line}\r`);
  }
}
