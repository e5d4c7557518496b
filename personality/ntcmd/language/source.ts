/**
 * The characters of a command, line after line: what the parser reads from.
 *
 *   rest              what is left of this line
 *   take(pattern)     what matches at this place, and goes on behind it; undefined: nothing does
 *   skip(), skipDelimiters()
 *   escaped()         what a `^` here stands for
 *   nextLine()        goes on with another line; false: there is none
 *
 * A line is an end of a command; whoever wants to read on behind it asks for another one, which
 * comes from the batch file, or from who sits at the terminal.
 */
export type MoreLines = () => Promise<string | undefined>;

/** What a command may have in all: a batch file of blocks without end is not kept. */
const LONGEST = 0x1_0000;

/** Why a line cannot be read, as the end of a sentence. */
export class SyntaxProblem extends Error {}

export class Source {
  readonly #more: MoreLines;
  #line: string;
  #at = 0;
  #length: number;

  constructor(line: string, more: MoreLines) {
    this.#line = line;
    this.#length = line.length;
    this.#more = more;
  }

  get rest(): string {
    return this.#line.slice(this.#at);
  }

  /** Empty at the end of the line. */
  get character(): string {
    return this.#line[this.#at] ?? '';
  }

  get atEnd(): boolean {
    return this.#at >= this.#line.length;
  }

  startsWith(text: string): boolean {
    return this.#line.startsWith(text, this.#at);
  }

  /** `pattern` is sticky. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line)?.[0];
    if (match === undefined) return undefined;
    this.#at += match.length;
    return match;
  }

  skip(count = 1): void {
    this.#at += count;
  }

  skipBlanks(): void {
    this.take(/\s*/y);
  }

  /** What parts the words of a command prompt. */
  skipDelimiters(): void {
    this.take(/[\s,;=]*/y);
  }

  skipLine(): void {
    this.#at = this.#line.length;
  }

  /** What a `^` at this place stands for; at the end of the line, the next one's beginning. */
  async escaped(): Promise<string> {
    this.skip();
    if (this.atEnd && !(await this.nextLine())) return '';
    const { character } = this;
    this.skip();
    return character;
  }

  async nextLine(): Promise<boolean> {
    const line = await this.#more();
    if (line === undefined) return false;
    this.#length += line.length;
    if (this.#length > LONGEST)
      throw new SyntaxProblem(`it has more than ${LONGEST} characters in its lines`);
    this.#line = line;
    this.#at = 0;
    return true;
  }
}
